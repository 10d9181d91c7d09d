"""CS-GY 6923, Written Homework 2 -- Problem 4(d).

Object oriented implementation of the skip-connected ReLU MLP together with a
verifier which checks the closed-form gradients derived in part (b) against
``torch.autograd``.
"""
from __future__ import annotations

import logging
from dataclasses import dataclass, fields
from typing import Iterator, Tuple

import torch
from torch import Tensor, nn

logging.basicConfig(level=logging.INFO, format="%(levelname)s | %(message)s")
log = logging.getLogger("p4d")


@dataclass(frozen=True)
class Config:
    hidden_units: int = 8
    seed: int = 6923
    rtol: float = 1e-4
    atol: float = 1e-6


@dataclass
class GradientBundle:
    """All five derivatives requested in 4(b)."""

    d_b2: Tensor
    d_w2: Tensor
    d_w1: Tensor
    d_b1: Tensor
    d_x: Tensor

    def items(self) -> Iterator[Tuple[str, Tensor]]:
        for f in fields(self):
            yield f.name, getattr(self, f.name)


class SkipMLP(nn.Module):
    """y_hat = W2 relu(W1 x + b1) + b2 + x."""

    def __init__(self, hidden_units: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(1, hidden_units)
        self.act = nn.ReLU()
        self.fc2 = nn.Linear(hidden_units, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(self.act(self.fc1(x))) + x


class HalfSquaredError(nn.Module):
    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        return 0.5 * (prediction - target).pow(2).sum()


class AnalyticBackprop:
    """Evaluates the formulas of part (b); never touches autograd."""

    def __init__(self, model: SkipMLP) -> None:
        self._model = model

    @torch.no_grad()
    def __call__(self, x: Tensor, y: Tensor) -> GradientBundle:
        w1 = self._model.fc1.weight          # (h, 1)
        b1 = self._model.fc1.bias            # (h,)
        w2 = self._model.fc2.weight          # (1, h)
        b2 = self._model.fc2.bias            # (1,)

        pre = w1.squeeze(1) * x.squeeze() + b1
        hidden = pre.clamp_min(0)
        residual = (w2.squeeze(0) @ hidden) + b2.squeeze() + x.squeeze() - y.squeeze()

        gate = pre.gt(0).to(pre.dtype)
        delta = residual * w2.squeeze(0) * gate
        return GradientBundle(
            d_b2=residual.reshape(1),
            d_w2=(residual * hidden).unsqueeze(0),
            d_w1=(delta * x.squeeze()).unsqueeze(1),
            d_b1=delta,
            d_x=(residual + delta @ w1.squeeze(1)).reshape_as(x),
        )


class GradientVerifier:
    def __init__(self, cfg: Config) -> None:
        torch.manual_seed(cfg.seed)
        self.cfg = cfg
        self.model = SkipMLP(cfg.hidden_units)
        self.criterion = HalfSquaredError()

    def autograd(self, x: Tensor, y: Tensor) -> GradientBundle:
        self.model.zero_grad(set_to_none=True)
        x = x.clone().requires_grad_(True)
        self.criterion(self.model(x), y).backward()
        return GradientBundle(
            d_b2=self.model.fc2.bias.grad,
            d_w2=self.model.fc2.weight.grad,
            d_w1=self.model.fc1.weight.grad,
            d_b1=self.model.fc1.bias.grad,
            d_x=x.grad,
        )

    def verify(self, x: Tensor, y: Tensor) -> bool:
        analytic = AnalyticBackprop(self.model)(x, y)
        reference = dict(self.autograd(x, y).items())
        ok = True
        for name, value in analytic.items():
            close = torch.allclose(
                value, reference[name], rtol=self.cfg.rtol, atol=self.cfg.atol
            )
            err = (value - reference[name]).abs().max().item()
            log.info("%-5s max|diff| = %.3e  %s", name, err, "ok" if close else "MISMATCH")
            ok &= close
        return ok


def main() -> None:
    cfg = Config()
    verifier = GradientVerifier(cfg)
    x, y = torch.randn(1), torch.randn(1)
    log.info("x = %.4f, y = %.4f, h = %d", x.item(), y.item(), cfg.hidden_units)
    log.info("all gradients verified: %s", verifier.verify(x, y))


if __name__ == "__main__":
    main()
