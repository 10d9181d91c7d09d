import torch
import torch.nn as nn

torch.manual_seed(73)

class MLP(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.W1 = nn.Linear(1, n, bias=False)
        self.W2 = nn.Linear(n, 1, bias=True)

    def forward(self, x):
        self.z = self.W1(x)
        self.h = torch.relu(self.z)
        return self.W2(self.h) + x

mlp = MLP(8)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
yh = mlp(x)
loss = 0.5 * torch.sum((yh - y) ** 2)
loss.backward()

with torch.no_grad():
    e = yh - y
    dz = (e @ mlp.W2.weight) * (mlp.z > 0)
    print("W1", torch.max(torch.abs(dz.T @ x - mlp.W1.weight.grad)))
    print("W2", torch.max(torch.abs(e.T @ mlp.h - mlp.W2.weight.grad)))
    print("b2", torch.max(torch.abs(e[0] - mlp.W2.bias.grad)))
    print("x ", torch.max(torch.abs(e + dz @ mlp.W1.weight - x.grad)))
