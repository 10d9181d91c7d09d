import torch
import torch.nn as nn
from torchviz import make_dot

torch.manual_seed(2)

class Net(nn.Module):
    def __init__(self, h=3):
        super().__init__()
        self.lin1 = nn.Linear(1, h)
        self.lin2 = nn.Linear(h, 1)

    def forward(self, x):
        self.z1 = self.lin1(x)
        self.a1 = self.z1.relu()
        return self.lin2(self.a1) + x

net = Net()
x = torch.tensor([[-1.1]], requires_grad=True)
y = torch.tensor([[0.9]])
pred = net(x)
loss = 0.5 * (pred - y).square().sum()

# picture of the computation graph for the report
make_dot(loss, params=dict(net.named_parameters())).render("graph", format="png")

loss.backward()

e = (pred - y).detach()
mask = (net.z1.detach() > 0).float()
delta = e @ net.lin2.weight.detach() * mask
checks = {
    "lin2.bias": (e[0], net.lin2.bias.grad),
    "lin2.weight": (e.T @ net.a1.detach(), net.lin2.weight.grad),
    "lin1.bias": (delta[0], net.lin1.bias.grad),
    "lin1.weight": (delta.T @ x.detach(), net.lin1.weight.grad),
    "x": (e + delta @ net.lin1.weight.detach(), x.grad),
}
for name, (analytic, auto) in checks.items():
    print(name, analytic.flatten().tolist(), auto.flatten().tolist(), torch.allclose(analytic, auto))
