#!/usr/bin/env python
import torch


class SkipNet:
    """y = W2 relu(W1 x + b1) + b2 + x, with manual and automatic derivatives."""

    def __init__(self, n_hidden, seed=0):
        torch.manual_seed(seed)
        self.W1 = torch.randn(n_hidden, 1)
        self.b1 = torch.randn(n_hidden)
        self.W2 = torch.randn(1, n_hidden)
        self.b2 = torch.randn(1)
        for p in (self.W1, self.b1, self.W2, self.b2):
            p.requires_grad_(True)

    def __call__(self, x):
        self.x = x
        self.z1 = self.W1.mv(x) + self.b1
        self.a1 = torch.relu(self.z1)
        self.out = self.W2.mv(self.a1) + self.b2 + x
        return self.out

    def relu_grad(self, t):
        return torch.where(t > 0, torch.ones_like(t), torch.zeros_like(t))

    @torch.no_grad()
    def manual(self, y):
        e = self.out - y
        self.db2_m = e.clone()
        self.dW2_m = torch.outer(e, self.a1)
        dh = self.W2.t().mv(e)
        dz = dh * self.relu_grad(self.x)
        self.dW1_m = torch.outer(dz, self.x)
        self.db1_m = dz.clone()
        self.dx_m = e + self.W1.t().mv(dz)

    def report(self):
        rows = [("W1", self.W1.grad, self.dW1_m), ("b1", self.b1.grad, self.db1_m),
                ("W2", self.W2.grad, self.dW2_m), ("b2", self.b2.grad, self.db2_m),
                ("x", self.x.grad, self.dx_m)]
        for n, a, m in rows:
            ok = "PASS" if torch.allclose(a, m, atol=1e-6) else "FAIL"
            print(n.ljust(3), ok, "autograd =", a.flatten().tolist(), "manual =", m.flatten().tolist())


net = SkipNet(8, seed=3)
x = torch.tensor([0.6], requires_grad=True)
y = torch.tensor([-1.0])
L = 0.5 * ((net(x) - y) ** 2).sum()
L.backward()
net.manual(y)
net.report()
