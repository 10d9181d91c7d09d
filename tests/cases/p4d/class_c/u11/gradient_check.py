#!/usr/bin/env python3
"""Gradient verification for a residual one-hidden-layer MLP (HW1, P4d)."""
from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass, fields
from typing import Iterator

import torch
from torch import Tensor

log = logging.getLogger("gradcheck")


@dataclass(frozen=True)
class Params:
    """Model parameters plus the scalar input (all carry gradients)."""

    w1: Tensor  # (h, 1)
    b1: Tensor  # (h,)
    w2: Tensor  # (1, h)
    b2: Tensor  # ()
    x: Tensor  # ()

    @classmethod
    def random(cls, hidden: int, seed: int) -> "Params":
        g = torch.Generator().manual_seed(seed)

        def leaf(*shape: int) -> Tensor:
            return torch.randn(shape, generator=g, dtype=torch.float64).requires_grad_(True)

        return cls(leaf(hidden, 1), leaf(hidden), leaf(1, hidden), leaf(), leaf())

    def items(self) -> Iterator[tuple[str, Tensor]]:
        for f in fields(self):
            yield f.name, getattr(self, f.name)


@dataclass(frozen=True)
class Grads:
    w1: Tensor
    b1: Tensor
    w2: Tensor
    b2: Tensor
    x: Tensor


def forward(p: Params) -> tuple[Tensor, Tensor, Tensor]:
    pre = p.w1.squeeze(-1) * p.x + p.b1
    post = pre.relu()
    return pre, post, p.w2.squeeze(0).dot(post) + p.b2 + p.x


def loss_fn(y_hat: Tensor, y: Tensor) -> Tensor:
    return 0.5 * (y_hat - y).square()


def autograd_gradients(p: Params, y: Tensor) -> Grads:
    *_, y_hat = forward(p)
    grads = torch.autograd.grad(loss_fn(y_hat, y), [t for _, t in p.items()])
    return Grads(*grads)


@torch.no_grad()
def analytical_gradients(p: Params, y: Tensor) -> Grads:
    pre, post, y_hat = forward(p)
    residual = y_hat - y
    gate = (pre > 0).to(pre.dtype)
    d_pre = residual * p.w2.squeeze(0) * gate
    return Grads(
        w1=(d_pre * p.x).unsqueeze(-1),
        b1=d_pre,
        w2=(residual * post).unsqueeze(0),
        b2=residual,
        x=residual + d_pre @ p.w1.squeeze(-1),
    )


def compare(a: Grads, b: Grads, tol: float) -> bool:
    ok = True
    for f in fields(Grads):
        u, v = getattr(a, f.name), getattr(b, f.name)
        if u.shape != v.shape:
            raise ValueError(f"{f.name}: shape mismatch {tuple(u.shape)} vs {tuple(v.shape)}")
        err = (u - v).abs().max().item()
        log.info("%-3s max|diff| = %.3e", f.name, err)
        ok &= err <= tol
    return ok


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hidden", type=int, default=9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tol", type=float, default=1e-12)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")

    params = Params.random(args.hidden, args.seed)
    target = torch.tensor(0.25, dtype=torch.float64)
    ok = compare(autograd_gradients(params, target), analytical_gradients(params, target), args.tol)
    log.info("PASS" if ok else "FAIL")
    return 0 if ok else 1


if __name__ == "__main__":
    raise SystemExit(main())
