"""
For the analytical side I wrote small layers that each know their own forward and backward, as in
lecture (every backward() is the hand-derived vector-Jacobian product).  Composed in reverse they
give exactly the five formulas of 4(b).  Then I compare to torch.
"""
import numpy as np
import torch


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, v):
        self.v = v
        return self.W @ v + self.b

    def backward(self, dout):
        self.dW = np.outer(dout, self.v)
        self.db = dout
        return self.W.T @ dout


class Relu:
    def forward(self, v):
        self.mask = (v > 0)
        return v * self.mask

    def backward(self, dout):
        return dout * self.mask


class Chain:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, v):
        for layer in self.layers:
            v = layer.forward(v)
        return v

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Residual:
    """v -> f(v) + v ; derivative f'(v)^T dout + dout"""

    def __init__(self, inner):
        self.inner = inner

    def forward(self, v):
        return self.inner.forward(v) + v

    def backward(self, dout):
        return self.inner.backward(dout) + dout


class HalfSquaredError:
    def forward(self, yhat, y):
        self.diff = yhat - y
        return 0.5 * float(self.diff @ self.diff)

    def backward(self):
        return self.diff


def build(h, seed):
    r = np.random.default_rng(seed)
    l1 = Affine(r.standard_normal((h, 1)), r.standard_normal(h))
    l2 = Affine(r.standard_normal((1, h)), r.standard_normal(1))
    return l1, l2, Residual(Chain(l1, Relu(), l2)), r.standard_normal(1), r.standard_normal(1)


def experiment(h, seed):
    l1, l2, net, x, y = build(h, seed)

    criterion = HalfSquaredError()
    value = criterion.forward(net.forward(x), y)
    dx = net.backward(criterion.backward())

    t = {n: torch.tensor(v, requires_grad=True) for n, v in dict(W1=l1.W, b1=l1.b, W2=l2.W, b2=l2.b, x=x).items()}
    pred = t["W2"] @ torch.nn.functional.relu(t["W1"] @ t["x"] + t["b1"]) + t["b2"] + t["x"]
    tloss = 0.5 * torch.sum((pred - torch.tensor(y)) ** 2)
    tloss.backward()

    assert abs(value - tloss.item()) < 1e-12
    mine = dict(W1=l1.dW, b1=l1.db, W2=l2.dW, b2=l2.db, x=dx)
    return {n: float(np.max(np.abs(mine[n] - t[n].grad.numpy()))) for n in mine}


if __name__ == "__main__":
    for h, seed in [(3, 0), (3, 1), (20, 2)]:
        print(h, seed, {n: f"{d:.1e}" for n, d in experiment(h, seed).items()})
