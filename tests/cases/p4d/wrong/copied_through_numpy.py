import numpy as np
import torch
import torch.nn as nn


class TwoLayer(nn.Module):
    def __init__(self, h=12):
        super().__init__()
        self.fc1 = nn.Linear(1, h)
        self.fc2 = nn.Linear(h, 1)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))) + x


def analytical_gradient(net, x):
    """Returns the analytical gradient arrays."""
    out = []
    for p in [net.fc1.weight, net.fc1.bias, net.fc2.weight, net.fc2.bias, x]:
        arr = np.array(p.grad.detach().numpy(), dtype=np.float64)
        out.append(arr.copy())
    return out


def autograd_gradient(net, x, y):
    net.zero_grad()
    loss = 0.5 * nn.functional.mse_loss(net(x), y)
    loss.backward()
    return [net.fc1.weight.grad, net.fc1.bias.grad, net.fc2.weight.grad, net.fc2.bias.grad, x.grad]


torch.manual_seed(6923)
net = TwoLayer()
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
auto = autograd_gradient(net, x, y)
ana = analytical_gradient(net, x)
for name, a, b in zip("W1 b1 W2 b2 x".split(), auto, ana):
    print(name, "max difference:", np.max(np.abs(a.numpy() - b)))
