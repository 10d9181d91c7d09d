"""`Expression` → text: how a formula was understood, and the name under which a symbol is known.

Readable on one line, with every bracket that the reading implies: for ``--explain`` and messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from grader.formulas import expression as e

_SIGN: Final = {"lambda": "λ", "eta": "η", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ",
    "epsilon": "ε", "theta": "θ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "psi": "ψ", "omega": "ω", "Lambda": "Λ", "Gamma": "Γ", "Delta": "Δ", "Sigma": "Σ",
    "Phi": "Φ", "Omega": "Ω", "kappa": "κ", "nu": "ν", "xi": "ξ", "zeta": "ζ", "ell": "ℓ",
    "Theta": "Θ", "Pi": "Π", "Psi": "Ψ", "chi": "χ", "iota": "ι"}  # fmt: skip
_ACCENT: Final = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"}


def plain(node: e.Expression) -> str:
    """One line of text."""
    return _PRINTERS[type(node)](node)


def pretty(text: str) -> str:
    """A key or a printed formula with Greek letters and accents as a reader wants to see them."""
    words: list[str] = []
    for word in text.split(" "):
        if words and words[-1] in _ACCENT:
            words[-1] = word[:1] + _ACCENT[words[-1]] + word[1:]
        else:
            words.append(word)
    joined = " ".join(words)
    for name in sorted(_SIGN, key=len, reverse=True):
        joined = joined.replace(name, _SIGN[name])
    return joined


def _number(node: e.Number) -> str:
    return (
        f"{node.value:g}"
        if node.value == int(node.value) or abs(node.value) < 1e6
        else repr(node.value)
    )


def _symbol(node: e.Symbol) -> str:
    return node.name + (f"_{','.join(map(_index, node.subscripts))}" if node.subscripts else "")


def _index(node: e.Expression) -> str:
    """An index, without blanks: t+1."""
    return plain(node).replace(" ", "")


def _add(node: e.Add) -> str:
    text = plain(node.terms[0])
    for term in node.terms[1:]:
        if isinstance(term, e.Negative):
            text += f" - {_factor(term.operand)}"
        else:
            text += f" + {plain(term)}"
    return text


def _factor(node: e.Expression) -> str:
    """A part of a product, in brackets where it needs them."""
    return f"({plain(node)})" if isinstance(node, e.Add | e.Negative | e.Over) else plain(node)


def _base(node: e.Expression) -> str:
    simple = isinstance(node, e.Symbol | e.Norm | e.Absolute | e.Call | e.Matrix | e.Inner)
    simple |= isinstance(node, e.Number) and node.value >= 0
    return plain(node) if simple else f"({plain(node)})"


def _multiply(node: e.Multiply) -> str:
    if node.how == "/":
        return f"({plain(node.left)}) {_factor(node.right)}"
    sign = f" {node.how} " if node.how else " "
    return f"{_factor(node.left)}{sign}{_factor(node.right)}"


def _divide(node: e.Divide) -> str:
    return f"{_base(node.over)}/{_base(node.under)}"


def _derivative(node: e.Derivative) -> str:
    power = "" if node.order == 1 else f"^{node.order}"
    by = f"d {plain(node.by)}{power}" if node.by is not None else ""
    of = f"d{power} {plain(node.of)}" if node.of is not None else f"d{power}"
    at = f"({plain(node.at)})" if node.at is not None else ""
    return f"{of}/{by}{at}" if by else f"grad{of[1:]}{at}"


def _over(node: e.Over) -> str:
    first = plain(node.first) if node.first is not None else ""
    last = plain(node.last) if node.last is not None else ""
    return f"{node.what}[{node.index}={first}..{last}] {_factor(node.body)}"


def _comparison(node: e.Comparison) -> str:
    text = plain(node.members[0])
    for relation, member in zip(node.relations, node.members[1:], strict=True):
        text += f" {relation} {plain(member)}"
    return text


def _cases(node: e.Cases) -> str:
    branches = (
        f"{plain(value)} if {plain(when) if when is not None else 'otherwise'}"
        for value, when in node.branches
    )
    return f"{{{'; '.join(branches)}}}"


def _interval(node: e.Interval) -> str:
    low, high = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{low}{plain(node.low)}, {plain(node.high)}{high}"


def _list(items: tuple[e.Expression, ...]) -> str:
    return ", ".join(plain(item) for item in items)


_PRINTERS: Final[dict[type[e.Expression], Callable[..., str]]] = {
    e.Number: _number,
    e.Symbol: _symbol,
    e.Label: lambda node: node.text,
    e.Dots: lambda _: "…",
    e.Add: _add,
    e.Negative: lambda node: f"-{_factor(node.operand)}",
    e.Multiply: _multiply,
    e.Divide: _divide,
    e.Power: lambda node: f"{_base(node.base)}^{_base(node.exponent)}",
    e.Transpose: lambda node: f"{_base(node.base)}^T",
    e.PseudoInverse: lambda node: f"{_base(node.base)}^+",
    e.Prime: lambda node: _base(node.base) + "'" * node.order,
    e.Marked: lambda node: f"{_base(node.base)}^({plain(node.mark)})",
    e.Component: lambda node: f"({plain(node.base)})_{','.join(map(_index, node.subscripts))}",
    e.Root: lambda node: f"sqrt({plain(node.operand)})",
    e.Norm: lambda node: f"‖{plain(node.operand)}‖",
    e.Absolute: lambda node: f"|{plain(node.operand)}|",
    e.Inner: lambda node: f"⟨{plain(node.left)}, {plain(node.right)}⟩",
    e.Call: lambda node: f"{plain(node.function)}({_list(node.arguments)})",
    e.Either: lambda node: plain(node.call),
    e.Over: _over,
    e.Limit: lambda node: f"lim[{plain(node.variable)}→{plain(node.to)}] {_factor(node.operand)}",
    e.Derivative: _derivative,
    e.Differentiate: lambda node: f"derivative of ({plain(node.operand)})",
    e.Wanted: lambda node: f"{node.what} {plain(node.operand)}",
    e.Sequence: lambda node: _list(node.items),
    e.Interval: _interval,
    e.Matrix: lambda node: f"[{'; '.join(_list(row) for row in node.rows)}]",
    e.Rows: lambda node: f"rows[{node.index}] {plain(node.body)}",
    e.Comparison: _comparison,
    e.Indicator: lambda node: f"1[{plain(node.condition)}]",
    e.Cases: _cases,
    e.Annotated: lambda node: plain(node.operand),
    e.Boxed: lambda node: plain(node.operand),
}
