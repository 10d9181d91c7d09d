import torch

class P4:
    """model of 4(a). loss = (yhat - y)^2"""
    def __init__(self, h):
        self.W1 = torch.randn(h, 1, requires_grad=True)
        self.b1 = torch.randn(h, 1, requires_grad=True)
        self.W2 = torch.randn(1, h, requires_grad=True)
        self.b2 = torch.randn(1, 1, requires_grad=True)

    def __call__(self, x, y):
        self.x, self.y = x, y
        self.z1 = self.W1 * x + self.b1
        self.a1 = torch.nn.functional.relu(self.z1)
        self.yhat = self.W2 @ self.a1 + self.b2 + x
        return torch.pow(self.yhat - y, 2)

    @property
    def grads(self):
        """formulas from 4(b), factor 2 since there's no 1/2 in my loss"""
        g = 2 * (self.yhat - self.y)
        s = torch.zeros_like(self.z1)
        s[self.z1 > 0] = 1
        dz = self.W2.T * g * s
        return {"W1": dz * self.x, "b1": dz, "W2": g * self.a1.T, "b2": g,
                "x": g * (1 + self.W2 @ (s * self.W1)), "y": -g}

torch.manual_seed(64)
m = P4(h=7)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1, requires_grad=True)   # just to see what happens
m(x, y).backward()

print("true/false: does my formula equal autograd?")
for n, g in m.grads.items():
    ref = (x if n == "x" else y if n == "y" else getattr(m, n)).grad
    print("  dL/d" + n, bool(torch.isclose(g, ref, rtol=1e-4, atol=1e-6).all()))
