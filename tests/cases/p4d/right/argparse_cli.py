#!/usr/bin/env python3
"""Gradient check for HW2 P4(d).

usage: python argparse_cli.py --hidden 8 --seed 0 --no-half
"""
import argparse
import random

import numpy as np
import torch


def parse_args():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--hidden", type=int, default=8, help="number of hidden units")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--dtype", choices=["float32", "float64"], default="float64")
    p.add_argument("--tol", type=float, default=1e-10)
    p.add_argument("--no-half", action="store_true", help="use (yhat-y)^2 instead of half of it")
    return p.parse_args()


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def build(hidden, dtype):
    W1 = torch.tensor(np.random.randn(hidden, 1), dtype=dtype, requires_grad=True)
    b1 = torch.tensor(np.random.randn(hidden), dtype=dtype, requires_grad=True)
    W2 = torch.tensor(np.random.randn(1, hidden), dtype=dtype, requires_grad=True)
    b2 = torch.tensor(np.random.randn(1), dtype=dtype, requires_grad=True)
    x = torch.tensor(np.random.randn(), dtype=dtype, requires_grad=True)
    y = torch.tensor(np.random.randn(), dtype=dtype)
    return W1, b1, W2, b2, x, y


def main():
    args = parse_args()
    set_seed(args.seed)
    dtype = getattr(torch, args.dtype)
    W1, b1, W2, b2, x, y = build(args.hidden, dtype)
    scale = 1.0 if args.no_half else 0.5

    z1 = W1.flatten() * x + b1
    a1 = torch.relu(z1)
    yhat = (W2.flatten() * a1).sum() + b2 + x
    loss = scale * ((yhat - y) ** 2).sum()
    loss.backward()

    with torch.no_grad():
        g = 2 * scale * (yhat - y)               # dL/dyhat, shape (1,)
        active = (z1 > 0).type(dtype)
        manual_b2 = g
        manual_W2 = (g * a1).reshape(1, -1)
        manual_b1 = g * W2.flatten() * active
        manual_W1 = (manual_b1 * x).reshape(-1, 1)
        manual_x = g * (1 + (W2.flatten() * active * W1.flatten()).sum())

    failures = 0
    for name, m, a in (
        ("b2", manual_b2, b2.grad),
        ("W2", manual_W2, W2.grad),
        ("b1", manual_b1, b1.grad),
        ("W1", manual_W1, W1.grad),
        ("x", manual_x.squeeze(), x.grad),
    ):
        diff = (m - a).abs().max().item()
        ok = diff <= args.tol
        failures += not ok
        print("%-3s %-10s max abs diff %.3e  [%s]" % (name, tuple(a.shape), diff, "PASS" if ok else "FAIL"))
    return failures


if __name__ == "__main__":
    raise SystemExit(main())
