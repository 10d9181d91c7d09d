import unittest

import torch


class ReluSkipNet:
    def __init__(self, h):
        self.W1 = torch.empty(h, 1).uniform_(-1, 1).requires_grad_()
        self.b1 = torch.empty(h).uniform_(-1, 1).requires_grad_()
        self.W2 = torch.empty(1, h).uniform_(-1, 1).requires_grad_()
        self.b2 = torch.empty(()).uniform_(-1, 1).requires_grad_()

    def __call__(self, x):
        self.z1 = self.W1[:, 0] * x + self.b1
        self.a1 = torch.relu(self.z1)
        return torch.dot(self.W2[0], self.a1) + self.b2 + x


class TestGradients(unittest.TestCase):

    def setUp(self):
        torch.manual_seed(0)
        self.x = torch.tensor(0.9, requires_grad=True)
        self.y = -1.5
        self.net = ReluSkipNet(h=10)
        yhat = self.net(self.x)
        loss = (yhat - self.y) ** 2 / 2
        loss.backward()
        self.e = (yhat - self.y).detach()
        self.dz1 = self.e * self.net.W2.detach()[0] * (self.net.z1 > 0)

    def assertTensorEqual(self, a, b):
        self.assertEqual(a.shape, b.shape)
        self.assertLess(float((a - b).abs().max()), 1e-6)

    def test_b2(self):
        self.assertTensorEqual(self.e, self.net.b2.grad)

    def test_W2(self):
        self.assertTensorEqual(self.e * self.net.a1.detach().reshape(1, -1), self.net.W2.grad)

    def test_W1(self):
        self.assertTensorEqual((self.dz1 * self.x.detach()).reshape(-1, 1), self.net.W1.grad)

    def test_b1(self):
        self.assertTensorEqual(self.dz1, self.net.b1.grad)

    def test_x(self):
        dx = self.e + self.dz1 @ self.net.W1.detach()[:, 0]
        self.assertTensorEqual(dx, self.x.grad)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# All 5 tests pass, i.e. the analytical gradients coincide with autograd.
