"""Random expressions with shapes, and several people's ways to print them.

An expression is a nested tuple: ("add", a, b), ("name", "X") and so on. Every style gives a text in
LaTeX or plain Unicode for the same expression; `evaluate` gives what it is on the instance.
"""

from dataclasses import dataclass
from functools import cache

import instances as i
import numpy as np
from hypothesis import strategies as st

N, D = i.N, i.D
SHAPES = {"number": (), "d": (D, 1), "n": (N, 1), "dd": (D, D), "nd": (N, D)}
LEAVES = {
    "number": ["n", "lambda", "eta", "2", "0.5"],
    "d": ["w", "w_t"],
    "n": ["y"],
    "dd": ["Lambda", "I"],
    "nd": ["X"],
}
VALUES = {
    "n": float(N), "lambda": i.LAM, "eta": i.ETA, "2": 2.0, "0.5": 0.5, "w": i.w, "w_t": i.wt,
    "y": i.y, "Lambda": i.Lam, "I": np.eye(D), "X": i.X,
}  # fmt: skip


@cache  # building strategies anew for every draw takes most of the time
def expressions(sort="d", depth=4):
    """Random expressions of one shape."""
    leaf = st.sampled_from(LEAVES[sort]).map(lambda name: ("name", name))
    if depth == 0:
        return leaf
    deeper = {kind: expressions(kind, depth - 1) for kind in SHAPES}
    options = [
        leaf,
        st.tuples(st.sampled_from(["add", "subtract"]), deeper[sort], deeper[sort]),
        st.tuples(st.just("scale"), deeper["number"], deeper[sort]),
        st.tuples(st.just("over"), deeper[sort], st.sampled_from(["n", "2"])),
        st.tuples(st.just("negative"), deeper[sort]),
        *_of_shape(sort, deeper),
    ]
    return st.one_of(options)


def _of_shape(sort, deeper):
    product = st.just("product")
    if sort == "number":
        return [
            st.tuples(st.just("inner"), deeper["d"], deeper["d"]),
            st.tuples(st.just("norm2"), deeper["n"]),
            st.tuples(st.just("square"), deeper["number"]),
            st.tuples(st.just("abs"), deeper["number"]),
        ]
    if sort == "d":
        return [
            st.tuples(product, deeper["dd"], deeper["d"]),
            st.tuples(st.just("transposed"), deeper["nd"], deeper["n"]),
            st.tuples(st.just("solve"), deeper["d"]),
        ]
    if sort == "n":
        return [st.tuples(product, deeper["nd"], deeper["d"])]
    if sort == "dd":
        return [
            st.tuples(product, deeper["dd"], deeper["dd"]),
            st.tuples(st.just("transposed"), deeper["nd"], deeper["nd"]),
        ]
    return [st.tuples(product, deeper["nd"], deeper["dd"])]


GRAM = i.X.T @ i.X + i.Lam


def evaluate(node):
    """Its value by numpy alone."""
    kind, *parts = node
    if kind == "name":
        return VALUES[parts[0]]
    if kind == "over":
        return evaluate(parts[0]) / VALUES[parts[1]]
    a, *rest = map(evaluate, parts)
    b = rest[0] if rest else None
    return {
        "add": lambda: a + b,
        "subtract": lambda: a - b,
        "scale": lambda: a * b,
        "negative": lambda: -a,
        "inner": lambda: float((a.T @ b).item()),
        "norm2": lambda: float((a**2).sum()),
        "square": lambda: a**2,
        "abs": lambda: abs(a),
        "product": lambda: a @ b,
        "transposed": lambda: a.T @ b,
        "solve": lambda: np.linalg.solve(GRAM, a),
    }[kind]()


@dataclass(frozen=True)
class Style:
    """How one person writes."""

    transpose: str = "^T"
    times: str = " "
    brackets: tuple[str, str] = ("(", ")")
    fraction: str = "frac"  # frac, slash, unbraced
    bold: bool = False
    norm: tuple[str, str] = (r"\|", r"\|_2^2")
    inner: str = "transpose"  # transpose, langle
    unicode: bool = False


STYLES = [
    Style(),
    Style(r"^\top", r"\,", (r"\left(", r"\right)"), norm=(r"\left\|", r"\right\|^2"), bold=True),
    Style(r"^{\mathsf T}", r" \cdot ", (r"\bigl(", r"\bigr)"), "slash", norm=("||", "||^2")),
    Style(r"^{\intercal}", " ", ("[", "]"), "unbraced", norm=(r"\lVert ", r"\rVert^2_2")),
    Style("'", r"\;", (r"\Big(", r"\Big)"), inner="langle",
          norm=(r"{\left\Vert ", r"\right\Vert}^2")),
    Style("ᵀ", " ", ("(", ")"), "slash", norm=("‖", "‖²"), inner="langle", unicode=True),
]  # fmt: skip

_UNICODE = {"lambda": "λ", "eta": "η", "Lambda": "Λ"}
_BOLD = {"X": r"\mathbf{X}", "w": r"\mathbf{w}", "y": r"\bm{y}", "w_t": r"\mathbf{w}_t",
         "Lambda": r"\boldsymbol{\Lambda}", "I": r"\mathbf{I}"}  # fmt: skip


def printed(node, style):
    """The text for an expression."""
    kind, *parts = node
    if kind == "name":
        return _name(parts[0], style)
    if kind == "over":
        return _over(parts[0], parts[1], style)
    if kind in {"add", "subtract"}:
        sign = "+" if kind == "add" else "−" if style.unicode else "-"
        left, right = printed(parts[0], style), _term(parts[1], style)
        return f"{left} {sign} {right}"
    if kind == "negative":
        return f"-{_term(parts[0], style)}"
    return _PRINTERS[kind](parts, style)


def _name(name, style):
    if style.bold and name in _BOLD:
        return _BOLD[name]
    if style.unicode:
        return _UNICODE.get(name, name)
    return f"\\{name}" if name in _UNICODE else name


def _grouped(node, style):
    left, right = style.brackets
    return f"{left}{printed(node, style)}{right}"


def _term(node, style):
    """In brackets where a sum or a sign would end a term."""
    loose = node[0] in {"add", "subtract", "negative"}
    return _grouped(node, style) if loose else printed(node, style)


def _factor(node, style):
    """In brackets unless it is a name."""
    return printed(node, style) if node[0] == "name" else _grouped(node, style)


def _over(node, under, style):
    if style.fraction == "slash":
        return f"{_factor(node, style)}/{under}"
    if style.fraction == "unbraced":
        return rf"\frac1{under}{style.times}{_factor(node, style)}"
    return rf"\frac{{{printed(node, style)}}}{{{under}}}"


def _product(parts, style):
    return f"{_factor(parts[0], style)}{style.times}{_factor(parts[1], style)}"


def _transposed(parts, style):
    left = _factor(parts[0], style)
    return f"{left}{style.transpose}{style.times}{_factor(parts[1], style)}"


def _inner(parts, style):
    if style.inner == "transpose":
        return _transposed(parts, style)
    left, right = ("⟨", "⟩") if style.unicode else (r"\langle ", r"\rangle")
    return f"{left}{printed(parts[0], style)}, {printed(parts[1], style)}{right}"


def _norm2(parts, style):
    left, right = style.norm
    return f"{left}{printed(parts[0], style)}{right}"


def _solve(parts, style):
    gram = ("add", ("transposed", ("name", "X"), ("name", "X")), ("name", "Lambda"))
    inverse = "⁻¹" if style.unicode else "^{-1}"
    return f"{_grouped(gram, style)}{inverse}{style.times}{_factor(parts[0], style)}"


def _absolute(parts, style):
    left, right = (r"\left|", r"\right|") if style.bold else ("|", "|")
    return f"{left}{printed(parts[0], style)}{right}"


_PRINTERS = {
    "scale": _product, "product": _product, "transposed": _transposed, "inner": _inner,
    "norm2": _norm2, "solve": _solve, "abs": _absolute,
    "square": lambda parts, style: _grouped(parts[0], style) + ("²" if style.unicode else "^2"),
}  # fmt: skip
