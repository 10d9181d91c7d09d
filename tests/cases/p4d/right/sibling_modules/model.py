"""The network of Problem 4."""
import torch


class SkipNet(torch.nn.Module):
    def __init__(self, h, dtype=torch.float32):
        super().__init__()
        make = lambda *shape: torch.nn.Parameter(torch.randn(*shape, dtype=dtype))
        self.W1 = make(h, 1)
        self.b1 = make(h, 1)
        self.W2 = make(1, h)
        self.b2 = make(1, 1)
        self.cache = None

    def forward(self, x):
        z1 = self.W1 @ x + self.b1
        a1 = torch.relu(z1)
        out = self.W2 @ a1 + self.b2 + x
        self.cache = (x, z1, a1, out)
        return out


def mse(out, y):
    return 0.5 * ((out - y) ** 2).sum()
