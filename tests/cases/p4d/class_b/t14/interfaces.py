"""Abstract interfaces for gradient providers."""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Iterator, Tuple

import torch
from torch import Tensor


class Source(Enum):
    ANALYTIC = auto()
    AUTOGRAD = auto()


@dataclass(frozen=True)
class Parameters:
    W1: Tensor  # (h, 1)
    b1: Tensor  # (h,)
    W2: Tensor  # (1, h)
    b2: Tensor  # ()

    @classmethod
    def random(cls, h: int, *, generator: torch.Generator) -> "Parameters":
        kw = dict(generator=generator, dtype=torch.float64)
        return cls(
            W1=torch.randn(h, 1, **kw),
            b1=torch.randn(h, **kw),
            W2=torch.randn(1, h, **kw),
            b2=torch.randn((), **kw),
        )


@dataclass(frozen=True)
class Example:
    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Gradients:
    source: Source
    b2: Tensor
    W2: Tensor
    W1: Tensor
    b1: Tensor
    x: Tensor

    def __iter__(self) -> Iterator[Tuple[str, Tensor]]:
        for f in fields(self):
            if f.name != "source":
                yield f.name, getattr(self, f.name)


class GradientProvider(ABC):
    """Strategy interface: how to get gradients of the loss."""

    @abstractmethod
    def gradients(self, params: Parameters, example: Example) -> Gradients:
        ...
