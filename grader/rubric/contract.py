"""The ids of all rubric items. Other tools read them, so a rubric may change points, not ids."""

from __future__ import annotations

from typing import Final

from grader.model import ItemId

ITEM_IDS: Final[tuple[ItemId, ...]] = tuple(
    ItemId(f"{part}.{name}")
    for part, names in {
        "1a": "loss",
        "1b": "solution lambda",
        "1c": "penalty closed_form",
        "2a": "gradient update",
        "2b": "affine limit least_squares assumption",
        "2c": "unrolled limit",
        "2d": "step_size decay",
        "2e": "expectation comparison",
        "3a": "proof",
        "3b": "proof",
        "3c": "proof",
        "3d": "counterexample descent",
        "4a": "hidden output loss",
        "4b": "db2 dW2 dW1 db1 dx",
        "4c": "decomposition highway parameters flow depth",
        "4d": "model autograd analytic comparison",
    }.items()
    for name in names.split()
)
