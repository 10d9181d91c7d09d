#!/usr/bin/env python3
"""Verify the analytical gradients of a skip-connection ReLU MLP against autograd.

usage: verify.py [--hidden H] [--seed S] [--dtype {float32,float64}] [--out FILE]
"""
from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch


@dataclass(frozen=True, slots=True)
class Mismatch:
    name: str
    max_abs: float
    max_rel: float
    scale: float

    @classmethod
    def between(cls, name: str, analytic: torch.Tensor, auto: torch.Tensor) -> Mismatch:
        gap = (analytic - auto).abs()
        scale = auto.abs().max()
        return cls(name, gap.max().item(), (gap.max() / scale.clamp_min(1e-30)).item(), scale.item())


def forward(w1, b1, w2, b2, x):
    pre = torch.addmm(b1, w1, x)
    return pre, torch.addmm(b2, w2, torch.relu(pre)) + x


def analytic(w1, b1, w2, b2, x, y):
    pre, y_hat = forward(w1, b1, w2, b2, x)
    residual = y_hat - y
    gated = w2.T * torch.heaviside(pre, torch.zeros_like(pre))
    return {
        "b2": residual,
        "W2": residual * torch.relu(pre).T,
        "W1": residual * gated * x,
        "b1": residual * gated,
        "x": residual * (1 + gated.T @ w1),
    }


def automatic(w1, b1, w2, b2, x, y):
    leaves = dict(W1=w1, b1=b1, W2=w2, b2=b2, x=x)
    leaves = {k: v.clone().requires_grad_(True) for k, v in leaves.items()}
    _, y_hat = forward(*leaves.values())
    torch.autograd.backward(0.5 * (y_hat - y).square())
    return {k: v.grad for k, v in leaves.items()}


def parse(argv=None):
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--hidden", type=int, default=10)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    p.add_argument("--out", type=Path, default=Path("mismatch.json"))
    return p.parse_args(argv)


def main(argv=None) -> None:
    args = parse(argv)
    torch.manual_seed(args.seed)
    kw = {"dtype": getattr(torch, args.dtype)}
    w1, b1 = torch.randn(args.hidden, 1, **kw), torch.randn(args.hidden, 1, **kw)
    w2, b2 = torch.randn(1, args.hidden, **kw), torch.randn(1, 1, **kw)
    x, y = torch.randn(1, 1, **kw), torch.randn(1, 1, **kw)

    hand, auto = analytic(w1, b1, w2, b2, x, y), automatic(w1, b1, w2, b2, x, y)
    report = [Mismatch.between(k, hand[k], auto[k]) for k in hand]
    for m in report:
        print(f"dL/d{m.name:<2}  max abs {m.max_abs:.2e}   max rel {m.max_rel:.2e}   (largest entry {m.scale:.3f})")
    args.out.write_text(json.dumps([asdict(m) for m in report], indent=2))

    fig, ax = plt.subplots()
    ax.bar([m.name for m in report], [m.max_rel for m in report])
    ax.set_ylabel("max relative difference")
    fig.savefig(args.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
