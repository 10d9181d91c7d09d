"""What the student's own words for a value say about it.

Names never decide whether a gradient is right, only which gradient a value is meant to be, and
whether it is meant to be the analytic one. ``grads_manual dW1``, ``dL_dfc1_weight``, ``self.gw1``
and ``w1 gradient (by hand):`` all mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

GENERIC_NAMES: Mapping[str, tuple[str, ...]] = {
    "W1": ("w1", "weight1", "weights1", "win", "wh", "whidden"),
    "b1": ("b1", "bias1", "bh", "bhidden"),
    "W2": ("w2", "weight2", "weights2", "wout", "wo"),
    "b2": ("b2", "bias2", "bout", "bo"),
    "x": ("x", "input", "inp", "xin", "x0"),
}

_BEFORE = (
    "", "d", "dl", "dld", "dlossd", "dloss", "dlwrt", "grad", "gradient", "g", "delta", "dj", "djd",
    "dc", "dcd", "de", "ded", "partial", "der", "deriv", "derivative", "lossgrad", "gradof",
    "gradientof", "gradwrt", "nabla",
)  # fmt: skip
_AFTER = ("", "grad", "gradient", "g", "bar", "deriv")

_HINTS = (
    "analytical", "analytically", "analytic", "manually", "manual", "byhand", "hand", "handmade",
    "formula", "derived", "derivation", "theory", "theoretical", "mine", "my", "ours", "computed",
    "calc", "calculated", "explicit", "closedform", "closed", "numpy", "np", "torch", "true", "ana",
    "man", "backprop", "bp", "exact", "final", "result", "val", "value", "scalar", "tensor", "flat",
    "float", "item", "new", "self", "m", "a", "an", "return", "anal", "hat", "ref", "paper",
    "own", "math",
)  # fmt: skip
"""Words around a name that do not say which gradient it is."""

_ANALYTIC = re.compile(
    r"manual|analytic|by.?hand|hand(?![a-z])|formula|deriv(ed|ation)|theor|\bmy|mine|explicit|closed"
    r"|_man\b|_ana\b|_anal|calc|\bown|(?<![a-z0-9])(m|man|an|ana|a)_(?=[a-z])",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(r"auto|torch|\.grad\b|pytorch|backward|_ag\b|_pt\b|numeric", re.IGNORECASE)
_GRADIENT_WORD = re.compile(r"grad|manual|analytic|deriv|(?<![a-z])d[lj_]?(?![a-z])|∂|delta|bp",
                            re.IGNORECASE)  # fmt: skip
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def says_analytic(label: str) -> bool:
    """Whether the words claim that the value was derived by hand."""
    return bool(_ANALYTIC.search(label)) and not _AUTOMATIC.search(label.rpartition(" ")[2])


def says_gradient(label: str) -> bool:
    """Whether the words speak of a gradient at all."""
    return bool(_GRADIENT_WORD.search(label))


class Vocabulary:
    """The names of one program's parameters, generic ones included.

    Args:
        names: for each role, what the student calls that leaf.
    """

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        own = {role: {_compact(name) for name in called} - {""} for role, called in names.items()}
        taken = set().union(*own.values()) if own else set()
        self._role_of: dict[str, str] = {}
        for role in dict.fromkeys([*GENERIC_NAMES, *own]):
            generic = GENERIC_NAMES.get(role, ())
            aliases = own.get(role, set()) | {name for name in generic if name not in taken}
            for alias in aliases:
                self._role_of.update(dict.fromkeys(_gradient_forms(alias), role))
        self._bare = {alias for called in own.values() for alias in called} | {
            name for generic in GENERIC_NAMES.values() for name in generic
        }

    def role(self, label: str) -> str | None:
        """The gradient that a value with this label is meant to be, or None."""
        words = label.replace("'", " ").replace('"', " ")
        last = _last_component(words)
        form = _without_hints(last)
        if form in self._bare and not (says_gradient(words) or says_analytic(words)):
            return None
        return self._role_of.get(form)


@lru_cache(maxsize=4096)
def _gradient_forms(alias: str) -> tuple[str, ...]:
    return tuple(before + alias + after for before in _BEFORE for after in _AFTER)


def _compact(name: str) -> str:
    """Letters and digits of a name's last component: ``fc1weight`` for ``model fc1.weight``."""
    return _SEPARATORS.sub("", name.rpartition(" ")[2].removeprefix("self.").lower())


def _last_component(label: str) -> str:
    """The innermost key or attribute: ``dw1`` of ``grads_manual dW1`` and of ``self.dW1``."""
    text = re.sub(r"\(\)|\[[^\]]*$|[\[\]():,=]", " ", label.lower())
    pieces = [piece for piece in text.split() if not piece.isdigit()]
    piece = pieces[-1] if pieces else ""
    return piece.removeprefix("self.")


@lru_cache(maxsize=4096)
def _without_hints(piece: str) -> str:
    """The name without words such as ``manual`` at its ends."""
    parts = [part for part in re.split(r"[^a-z0-9]+", piece) if part]
    kept = [part for part in parts if part not in _HINTS] or parts
    form = "".join(kept)
    for hint in _HINTS:
        if len(hint) > 3 and len(form) > len(hint):
            form = form.removeprefix(hint).removesuffix(hint)
    return form
