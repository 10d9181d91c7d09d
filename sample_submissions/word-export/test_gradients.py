import unittest

import torch


class Problem4d(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(17)
        h = 9
        self.x = torch.randn(1, 1, dtype=torch.double, requires_grad=True)
        self.y = torch.randn(1, 1, dtype=torch.double)
        self.W1 = torch.randn(h, 1, dtype=torch.double, requires_grad=True)
        self.b1 = torch.randn(h, 1, dtype=torch.double, requires_grad=True)
        self.W2 = torch.randn(1, h, dtype=torch.double, requires_grad=True)
        self.b2 = torch.randn(1, 1, dtype=torch.double, requires_grad=True)

        self.z1 = self.W1 @ self.x + self.b1
        self.a1 = torch.relu(self.z1)
        self.y_hat = self.W2 @ self.a1 + self.b2 + self.x
        self.loss = 0.5 * (self.y_hat - self.y) ** 2
        self.loss.backward()

        with torch.no_grad():
            self.e = self.y_hat - self.y
            self.delta = (self.W2.T @ self.e) * (self.z1 > 0)

    def test_b2(self):
        torch.testing.assert_close(self.b2.grad, self.e)

    def test_W2(self):
        formula = self.e @ self.a1.detach().T
        torch.testing.assert_close(self.W2.grad, formula)

    def test_W1(self):
        formula = self.delta @ self.x.detach().T
        torch.testing.assert_close(self.W1.grad, formula)

    def test_b1(self):
        torch.testing.assert_close(self.b1.grad, self.delta)

    def test_x(self):
        formula = self.e + self.W1.detach().T @ self.delta
        torch.testing.assert_close(self.x.grad, formula)


if __name__ == "__main__":
    unittest.main()
