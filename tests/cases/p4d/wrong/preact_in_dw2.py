# Written HW 2 / 4d / Prakash
from collections import namedtuple
import torch as th

Params = namedtuple("Params", "W1 b1 W2 b2")
Cache = namedtuple("Cache", "x z a yhat")


def init(h):
    th.manual_seed(99)
    return Params(*(t.requires_grad_() for t in (th.randn(h, 1), th.zeros(h, 1) + 0.1, th.randn(1, h), th.tensor([[0.3]]))))


def fwd(p, x):
    z = p.W1.matmul(x) + p.b1
    a = z * (z > 0)
    yhat = p.W2.matmul(a) + p.b2 + x
    return Cache(x, z, a, yhat)


def bwd(p, c, y):
    with th.no_grad():
        dy = c.yhat - y
        dz = p.W2.T * dy * (c.z > 0)
        grads = Params(W1=dz * c.x, b1=dz, W2=dy * c.z.T, b2=dy)
        dx = dy + p.W1.T @ dz
    return grads, dx


p = init(12)
x = th.full((1, 1), 1.9, requires_grad=True)
y = th.full((1, 1), 0.2)
c = fwd(p, x)
loss = .5 * (c.yhat - y).pow(2)
loss.backward()
g, dx = bwd(p, c, y)

for f in Params._fields:
    print(f, "max abs difference:", (getattr(g, f) - getattr(p, f).grad).abs().max().item())
print("x", "max abs difference:", (dx - x.grad).abs().max().item())
