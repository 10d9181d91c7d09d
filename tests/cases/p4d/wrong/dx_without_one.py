import torch
from torch import tensor

torch.set_default_dtype(torch.float64)


def forward(x, W1, b1, W2, b2):
    z1 = W1 * x + b1
    a1 = z1.clamp(min=0)
    return z1, a1, (W2 * a1).sum() + b2 + x


def check(seed, h=5):
    g = torch.Generator().manual_seed(seed)
    mk = lambda *s: torch.randn(*s, generator=g).requires_grad_()
    x, W1, b1, W2, b2 = mk(1), mk(h), mk(h), mk(h), mk(1)
    y = torch.randn(1, generator=g)

    z1, a1, out = forward(x, W1, b1, W2, b2)
    L = ((out - y) ** 2 / 2).sum()
    auto = torch.autograd.grad(L, [W1, b1, W2, b2, x])

    with torch.no_grad():
        r = out - y
        on = (z1 > 0) * 1.0
        hand = (r * W2 * on * x,            # W1
                r * W2 * on,                # b1
                r * a1,                     # W2
                r,                          # b2
                r * (W2 * on * W1).sum())   # x
    return [float((m - n).abs().max()) for m, n in zip(auto, hand)]


for s in (0, 1, 2, 3):
    print("seed", s, " ".join(f"{n}:{v:.2e}" for n, v in zip(["W1", "b1", "W2", "b2", "x"], check(s))))
