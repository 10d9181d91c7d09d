# I usually work in JAX, so this uses torch.func in the same style:
# pure functions, params as a pytree, grad + vmap for per-example gradients.
from typing import NamedTuple

import torch
from torch.func import grad, vmap

torch.manual_seed(0)


class Params(NamedTuple):
    w1: torch.Tensor
    b1: torch.Tensor
    w2: torch.Tensor
    b2: torch.Tensor


def apply(p: Params, x):
    return p.w2 @ torch.relu(p.w1[:, 0] * x + p.b1) + p.b2 + x


def loss(p: Params, x, y):
    return 0.5 * (apply(p, x) - y)[0] ** 2


def hand_grad(p: Params, x, y):
    pre = p.w1[:, 0] * x + p.b1
    act = torch.relu(pre)
    err = p.w2 @ act + p.b2 + x - y           # (1,)
    d_pre = torch.where(pre > 0, p.w2[0] * err, 0.0)
    gp = Params(w1=(d_pre * x)[:, None], b1=d_pre, w2=(err * act)[None, :], b2=err)
    gx = err[0] + torch.dot(d_pre, p.w1[:, 0])
    return gp, gx


h, n = 8, 5
p = Params(torch.randn(h, 1), torch.randn(h), torch.randn(1, h), torch.randn(1))
xs, ys = torch.randn(n), torch.randn(n)

auto_p, auto_x = vmap(grad(loss, argnums=(0, 1)), in_dims=(None, 0, 0))(p, xs, ys)
hand_p, hand_x = vmap(hand_grad, in_dims=(None, 0, 0))(p, xs, ys)

for name, a, b in zip(Params._fields + ("x",), (*auto_p, auto_x), (*hand_p, hand_x)):
    print(f"{name:3s} {str(tuple(a.shape)):12s} max abs err over {n} examples: {(a - b).abs().max().item():.2e}")
