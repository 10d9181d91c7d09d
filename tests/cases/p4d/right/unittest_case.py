import unittest

import torch
from torch import nn


class ResidualReLU(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer1 = nn.Linear(1, width)
        self.layer2 = nn.Linear(width, 1)

    def forward(self, x):
        return self.layer2(torch.relu(self.layer1(x))) + x


def backprop(net, x, y):
    """Gradients of 1/2 (yhat - y)^2 from the derivation in (b)."""
    W1, b1 = net.layer1.weight.data, net.layer1.bias.data
    W2, b2 = net.layer2.weight.data, net.layer2.bias.data
    z = W1.mv(x.data) + b1
    s = (z > 0).to(z)
    a = s * z
    e = W2.mv(a) + b2 + x.data - y
    v = e * W2[0] * s
    return {
        "db2": e,
        "dW2": (e * a)[None, :],
        "db1": v,
        "dW1": (v * x.data)[:, None],
        "dx": e * (1 + (W2[0] * s * W1[:, 0]).sum()),
    }


class TestAnalyticGradients(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(2025)
        self.net = ResidualReLU(7).double()
        self.x = torch.randn(1, dtype=torch.double, requires_grad=True)
        self.y = torch.randn(1, dtype=torch.double)
        loss = 0.5 * (self.net(self.x) - self.y).pow(2).sum()
        loss.backward()
        self.g = backprop(self.net, self.x, self.y)

    def assertSame(self, mine, auto):
        self.assertEqual(mine.shape, auto.shape)
        self.assertTrue(torch.allclose(mine, auto, atol=1e-12), f"{mine} != {auto}")

    def test_b2(self):
        self.assertSame(self.g["db2"], self.net.layer2.bias.grad)

    def test_W2(self):
        self.assertSame(self.g["dW2"], self.net.layer2.weight.grad)

    def test_b1(self):
        self.assertSame(self.g["db1"], self.net.layer1.bias.grad)

    def test_W1(self):
        self.assertSame(self.g["dW1"], self.net.layer1.weight.grad)

    def test_x(self):
        self.assertSame(self.g["dx"], self.x.grad)


if __name__ == "__main__":
    unittest.main(verbosity=2)
