"""Entry point:  python main.py"""
from __future__ import annotations

import logging
import sys

import torch

from interfaces import Example, GradientProvider, Gradients, Parameters
from providers import AnalyticProvider, AutogradProvider

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger("p4d")


class GradientComparator:
    def __init__(self, reference: GradientProvider, candidate: GradientProvider, *, atol: float = 1e-10) -> None:
        self._reference = reference
        self._candidate = candidate
        self._atol = atol

    def run(self, params: Parameters, example: Example) -> bool:
        ref: Gradients = self._reference.gradients(params, example)
        cand: Gradients = self._candidate.gradients(params, example)
        ok = True
        for (name, r), (_, c) in zip(ref, cand):
            gap = torch.max(torch.abs(r - c)).item()
            same = r.shape == c.shape and gap <= self._atol
            ok = ok and same
            log.info("dL/d%-2s  shape=%-8s gap=%.2e  %s", name, tuple(r.shape), gap, "OK" if same else "MISMATCH")
        return ok


def main() -> int:
    gen = torch.Generator().manual_seed(2025)
    results = []
    for h in (2, 5, 16):
        log.info("--- h = %d", h)
        params = Parameters.random(h, generator=gen)
        example = Example(*torch.randn(2, generator=gen, dtype=torch.float64))
        results.append(GradientComparator(AutogradProvider(), AnalyticProvider()).run(params, example))
    log.info("verdict: %s", "analytical == autograd" if all(results) else "formulas are wrong")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
