import unittest
import torch


class Net:
    def __init__(self, h):
        self.h = h
        self.W1, self.W2 = torch.randn(h, 1, requires_grad=True), torch.randn(1, h, requires_grad=True)
        self.b1, self.b2 = torch.randn(h, 1, requires_grad=True), torch.randn(1, 1, requires_grad=True)

    def forward(self, x):
        self.z1 = self.W1 @ x + self.b1
        self.a1 = torch.relu(self.z1)
        return self.W2 @ self.a1 + self.b2 + x


class GradientTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(77)
        self.net = Net(5)
        self.x = torch.randn(1, 1, requires_grad=True)
        self.y = torch.randn(1, 1)
        y_hat = self.net.forward(self.x)
        ((y_hat - self.y) ** 2).backward()
        self.d = (2 * (y_hat - self.y)).detach()
        self.s = (self.net.z1 > 0).float()

    def same(self, analytic, auto):
        self.assertEqual(analytic.shape, auto.shape)
        self.assertTrue(torch.allclose(analytic, auto, rtol=1e-4, atol=1e-6), f"{analytic} vs {auto}")

    def test_b2(self):
        self.same(self.d, self.net.b2.grad)

    def test_W2(self):
        self.same(self.d @ self.net.a1.detach().T, self.net.W2.grad)

    def test_b1(self):
        db1 = self.net.W2.detach().T @ self.d * self.s
        self.same(db1, self.net.b1.grad)

    def test_W1(self):
        dW1 = (self.net.W2.detach().T @ self.d * self.s) @ self.x.detach()
        self.same(dW1, self.net.W1.grad)

    def test_x(self):
        w2s = (self.net.W2.detach() * self.s.T).sum()
        dx = self.d * (1 + w2s * self.net.W1.detach().sum())
        self.same(dx, self.x.grad)


if __name__ == "__main__":
    unittest.main(verbosity=2)
