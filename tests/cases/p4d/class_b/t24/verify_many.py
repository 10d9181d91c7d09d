"""
Written HW 2, 4(d)

One random draw could agree by luck (e.g. if all the ReLUs are off then dW1 = db1 = dW2 = 0 and
any formula works), so I check 1000 seeds for several hidden sizes and keep only the worst error.
"""
from collections import defaultdict
from typing import NamedTuple
import torch


class Grads(NamedTuple):
    W1: torch.Tensor
    b1: torch.Tensor
    W2: torch.Tensor
    b2: torch.Tensor
    x: torch.Tensor


def draw(seed, h):
    g = torch.Generator().manual_seed(seed)
    r = lambda *s: torch.randn(*s, generator=g, dtype=torch.float64)
    return r(h, 1), r(h), r(1, h), r(1), r(1), r(1)


def f(W1, b1, W2, b2, x, y):
    return 0.5 * (W2 @ (W1 @ x + b1).relu() + b2 + x - y).square().sum()


def by_formula(W1, b1, W2, b2, x, y) -> Grads:
    z = W1 @ x + b1
    on = z > 0
    err = W2 @ (z * on) + b2 + x - y
    back = (W2.mT @ err) * on
    return Grads(W1=torch.outer(back, x), b1=back, W2=torch.outer(err, z * on), b2=err, x=err + W1.mT @ back)


def by_autograd(W1, b1, W2, b2, x, y) -> Grads:
    inputs = [t.requires_grad_() for t in (W1, b1, W2, b2, x)]
    return Grads(*torch.autograd.grad(f(*inputs, y), inputs))


worst = defaultdict(float)
skipped = 0
for h in (1, 2, 3, 10):
    for seed in range(1000):
        args = draw(seed, h)
        hand = by_formula(*args)
        if not hand.b1.any():
            skipped += 1          # all units dead: not informative for W1, b1, W2
        auto = by_autograd(*args)
        for name, a, b in zip(Grads._fields, hand, auto):
            assert a.shape == b.shape
            worst[name] = max(worst[name], (a - b).abs().max().item())

print("4000 draws,", skipped, "with all units dead")
for name, v in worst.items():
    print(f"worst |formula - autograd| for {name:2s}: {v:.3e}")
print("=> formulas confirmed" if max(worst.values()) < 1e-10 else "=> NOT confirmed")
