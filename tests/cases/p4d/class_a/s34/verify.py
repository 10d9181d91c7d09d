#!/usr/bin/env python
"""Usage: python verify.py [--hidden 5] [--seed 0] [--tol 1e-6] [-v]"""
import argparse
import logging
import os
import sys

import torch

log = logging.getLogger(os.path.basename(__file__))


def parse(argv=None):
    ap = argparse.ArgumentParser(description="HW2 4(d) gradient check")
    ap.add_argument("--hidden", type=int, default=5)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--tol", type=float, default=1e-6)
    ap.add_argument("-v", "--verbose", action="store_true")
    return ap.parse_args(argv)


def build(h, gen):
    shapes = {"W1": (h, 1), "b1": (h, 1), "W2": (1, h), "b2": (1, 1), "x": (1, 1)}
    return {k: torch.randn(s, generator=gen).requires_grad_() for k, s in shapes.items()}


def forward(v):
    v_z = v["W1"] * v["x"] + v["b1"]
    return v_z, v["W2"] @ v_z.relu() + v["b2"] + v["x"]


def hand(v, z, out, target):
    e = (out - target).item()
    active = z.detach().gt(0)
    for name in ("b2", "W2", "b1", "W1", "x"):
        if name == "b2":
            g = torch.full_like(v["b2"], e)
        elif name == "W2":
            g = e * z.detach().relu().t()
        elif name == "b1":
            g = e * v["W2"].detach().t() * active
        elif name == "W1":
            g = e * v["W2"].detach().t() * active * v["x"].detach()
        else:
            g = torch.full_like(v["x"], e + e * (v["W2"].detach().t()[active] * v["W1"].detach()[active]).sum().item())
        yield name, g


def main(argv=None):
    args = parse(argv)
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO, format="%(name)s | %(levelname)s | %(message)s", stream=sys.stdout)
    gen = torch.Generator()
    gen.manual_seed(args.seed)
    v = build(args.hidden, gen)
    target = torch.randn(1, 1, generator=gen)
    z, out = forward(v)
    torch.nn.functional.mse_loss(out, target, reduction="sum").mul(0.5).backward()
    bad = 0
    for name, g in hand(v, z, out, target):
        log.debug("%s hand=%s auto=%s", name, g.tolist(), v[name].grad.tolist())
        err = (g - v[name].grad).abs().max().item()
        if err > args.tol:
            bad += 1
            log.error("d%s differs by %g", name, err)
        else:
            log.info("d%-2s agrees (err %g)", name, err)
    log.info("%d of 5 gradients disagree", bad)
    return bad


if __name__ == "__main__":
    sys.exit(main())
