import unittest

import torch


def forward(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = torch.nn.functional.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    return z1, a1, y_hat


class TestSkipGradients(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1337)
        h = 9
        kw = dict(dtype=torch.float64, requires_grad=True)
        self.x = torch.randn(1, 1, **kw)
        self.y = torch.randn(1, 1, dtype=torch.float64)
        self.W1 = torch.randn(h, 1, **kw)
        self.b1 = torch.randn(h, 1, **kw)
        self.W2 = torch.randn(1, h, **kw)
        self.b2 = torch.randn(1, 1, **kw)
        self.z1, self.a1, self.y_hat = forward(self.x, self.W1, self.b1, self.W2, self.b2)
        loss = 0.5 * torch.sum((self.y_hat - self.y) ** 2)
        loss.backward()
        self.e = (self.y_hat - self.y).detach()
        self.delta = (self.W2.detach().T * self.e) * (self.z1.detach() > 0)

    def assertClose(self, manual, auto):
        self.assertEqual(manual.shape, auto.shape)
        self.assertLess((manual - auto).abs().max().item(), 1e-10)

    def test_b2(self):
        db2 = self.e
        self.assertClose(db2, self.b2.grad)

    def test_W2(self):
        dW2 = self.e * self.a1.detach().T
        self.assertClose(dW2, self.W2.grad)

    def test_b1(self):
        db1 = self.delta
        self.assertClose(db1, self.b1.grad)

    def test_W1(self):
        dW1 = self.delta * self.x.detach()
        self.assertClose(dW1, self.W1.grad)

    def test_x(self):
        dx = self.e + (self.W1.detach() * self.delta).sum()
        self.assertClose(dx, self.x.grad)


if __name__ == "__main__":
    unittest.main(verbosity=2)
