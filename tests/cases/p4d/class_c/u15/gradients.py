import torch

class ResidualMLP:
    """y_hat = W2 relu(W1 x + b1) + b2 + x"""

    def __init__(self, h, seed=0):
        torch.manual_seed(seed)
        self.W1 = torch.randn(h, 1, requires_grad=True)
        self.b1 = torch.randn(h, 1, requires_grad=True)
        self.W2 = torch.randn(1, h, requires_grad=True)
        self.b2 = torch.randn(1, 1, requires_grad=True)

    def forward(self, x):
        self.x = x
        self.z1 = self.W1 @ x + self.b1
        self.a1 = torch.relu(self.z1)
        self.yhat = self.W2 @ self.a1 + self.b2 + x
        return self.yhat

    def loss(self, y):
        self.y = y
        return 0.5 * (self.yhat - y).pow(2).sum()

    @torch.no_grad()
    def backward(self):
        d_yhat = self.yhat - self.y
        self.db2 = d_yhat
        self.dW2 = d_yhat @ self.a1.T
        d_a1 = self.W2.T @ d_yhat
        d_z1 = d_a1 * (self.z1 > 0)
        self.dW1 = d_z1 @ self.x.T
        self.db1 = d_z1
        self.dx = self.W1.T @ d_z1


net = ResidualMLP(h=6, seed=4)
x = torch.tensor([[0.37]], requires_grad=True)
y = torch.tensor([[1.25]])
net.forward(x)
net.loss(y).backward()     # autograd
net.backward()             # mine

for name, auto, hand in (
    ("b2", net.b2.grad, net.db2),
    ("W2", net.W2.grad, net.dW2),
    ("W1", net.W1.grad, net.dW1),
    ("b1", net.b1.grad, net.db1),
    ("x", x.grad, net.dx),
):
    print(f"{name:>3}  max|diff| = {(auto - hand).abs().max():.3e}   {'OK' if torch.allclose(auto, hand, atol=1e-5) else 'MISMATCH'}")
