import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.l1, self.l2 = nn.Linear(1, h), nn.Linear(h, 1)

    def forward(self, x):
        # ReLU after both layers, then the skip
        self.u = self.l1(x)
        self.v = self.l2(self.u.relu())
        return self.v.relu() + x


torch.manual_seed(2)
net = Net(10)
nn.init.constant_(net.l2.bias, 1.5)
x, y = torch.randn(1, 1, requires_grad=True), torch.randn(1, 1)
yhat = net(x)
loss = 0.5 * (yhat - y).pow(2).sum()
loss.backward()

with torch.no_grad():
    e = yhat - y
    g = e * (net.v > 0)
    dz = (g @ net.l2.weight) * (net.u > 0)
    hand = {"l1.weight": dz.T @ x, "l1.bias": dz[0], "l2.weight": g * net.u.relu(), "l2.bias": g[0]}
    dx = e + dz @ net.l1.weight
for name, p in net.named_parameters():
    print(name, torch.allclose(hand[name], p.grad))
print("x", torch.allclose(dx, x.grad))
