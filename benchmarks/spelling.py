"""Sketches as people write them: one style of notation at a time, in LaTeX or in plain text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import sketches as s
from benchmarks.sketches import Sketch


@dataclass(frozen=True)
class Style:
    """One person's habits.

    Attributes:
        transpose, fraction, norm, product, hadamard, relu, gate, diag, bar: by name, see below.
        names: how symbols are written.
        index: letter of sums.
        left, right: how large brackets are written.
        plain: Unicode text instead of LaTeX.
    """

    transpose: str
    fraction: str
    norm: str
    product: str
    hadamard: str
    relu: str
    gate: str
    diag: str
    left: str
    right: str
    names: dict[str, str] = field(default_factory=dict)
    index: str = "k"
    plain: bool = False


_GREEK = {"lam": "λ", "Lambda": "Λ", "eta": "η", "alpha": "α", "mu": "μ", "delta": "δ"}
_LATEX = {"lam": r"\lambda", "Lambda": r"\Lambda", "eta": r"\eta", "alpha": r"\alpha", "mu": r"\mu",
          "delta": r"\delta", "yhat": r"\hat{y}"}  # fmt: skip


def random_style(rng: random.Random, *, plain: bool = False) -> Style:
    """Somebody's notation."""
    left, right = rng.choice(
        [("(", ")"), (r"\left(", r"\right)"), (r"\big(", r"\big)"), ("[", "]")]
    )
    style = Style(
        transpose=rng.choice(
            ["^T", r"^\top", "^{T}", r"^{\top}", "'", r"^{\mathsf T}", r"^\intercal", r"^{\text{T}}"]
        ),
        fraction=rng.choice([r"\frac", r"\frac", r"\tfrac", r"\dfrac", "/", "/"]),
        norm=rng.choice([r"\|{}\|", r"\lVert {} \rVert", r"\left\| {} \right\|", "||{}||",
                         r"\|{}\|_2", r"\left\lVert {} \right\rVert_2", r"\Vert {} \Vert"]),
        product=rng.choice(["", "", " ", r"\, ", r"\cdot "]),
        hadamard=rng.choice([r"\odot", r"\odot", r"\circ"]),
        relu=rng.choice([r"\mathrm{{ReLU}}({})", r"\text{{ReLU}}({})", r"\max(0, {})",
                         r"\operatorname{{ReLU}}\left({}\right)", r"\max\{{0, {}\}}", r"\max({}, 0)"]),
        gate=rng.choice([r"\mathbf{{1}}\{{{0} {1} 0\}}", r"\mathbf 1_{{{0} {1} 0}}", r"\mathbb{{1}}[{0} {1} 0]",
                         r"\mathbb{{1}}_{{\{{{0} {1} 0\}}}}", r"\mathbb{{I}}({0} {1} 0)", r"1\{{{0} {1} 0\}}"]),
        diag=rng.choice([r"\mathrm{diag}", r"\operatorname{diag}", r"\text{diag}"]),
        left=left,
        right=right,
        names=_names(rng),
        index=rng.choice("kkj"),
    )  # fmt: skip
    return _plain_text(style) if plain else style


def _names(rng: random.Random) -> dict[str, str]:
    """Letters, bold or not, layers as subscripts or superscripts."""
    bold = rng.choice(["{}"] * 4 + [r"\mathbf{{{}}}", r"\boldsymbol{{{}}}", r"\bm{{{}}}"])
    w = rng.choice(["w", "w", "w", r"\theta", r"\beta"])
    names = {**_LATEX, "w": bold.format(w), "X": bold.format("X"), "y": bold.format("y")}
    names["wt"] = names["w"] + rng.choice(["_t", "_t", "_{t}", "^{(t)}"])
    at_zero = "^{(0)}" if names["wt"].endswith("^{(t)}") else "_0"
    names["w0"] = names["w"] + at_zero
    names["eta"] = rng.choice([r"\eta", r"\eta", r"\alpha"]) if w != r"\beta" else r"\eta"
    names["yhat"] = rng.choice([r"\hat{y}", r"\hat y", r"\widehat{y}"])
    layer = rng.choice(["_{}", "_{}", "_{}", "^{{({})}}", "^{{[{}]}}"])
    for letter in "Wbza":
        for number in "12":
            names[f"{letter}{number}"] = letter + layer.format(number)
    names["z"], names["a"] = names["z1"], names["a1"]
    return names


def _plain_text(style: Style) -> Style:
    """The same person without LaTeX."""
    names = {key: _GREEK.get(key, key) for key in style.names} | {
        "wt": "w_t", "w0": "w_0", "yhat": "ŷ", "W1": "W₁", "W2": "W₂", "b1": "b₁", "b2": "b₂",
        "z": "z₁", "a": "a₁",
    }  # fmt: skip
    return Style("ᵀ", "/", "‖{}‖", " ", "⊙", "ReLU({})", "1{{{0} {1} 0}}", "diag", "(", ")", names,
                 "k", plain=True)  # fmt: skip


def is_plain(node: Sketch) -> bool:
    """Whether a formula can be written without LaTeX."""
    hard = s.Sum | s.Diagonal | s.Entry | s.PseudoInverse | s.Largest
    return not any(isinstance(one, hard) for one in node.walk())


# ---------------------------------------------------------------- writing

_SUM, _PRODUCT, _ATOM = 0, 1, 2
"""How tightly an expression holds together."""


def spelled(node: Sketch, style: Style) -> str:
    """The formula in this style."""
    return _written(node, style, _SUM)


def _written(node: Sketch, style: Style, needed: int) -> str:
    text, holds = _WRITE[type(node)](node, style)
    return text if holds >= needed else f"{style.left}{text}{style.right}"


def _name(node: s.Name, style: Style) -> tuple[str, int]:
    if node.key == "k":
        return style.index, _ATOM
    return style.names.get(node.key, node.key), _ATOM


def _add(node: s.Add, style: Style) -> tuple[str, int]:
    text = ""
    for at, term in enumerate(node.terms):
        if isinstance(term, s.Negative):
            text += (" - " if at else "-") + _written(term.operand, style, _PRODUCT)
        else:
            text += (" + " if at else "") + _written(term, style, _PRODUCT)
    return text, _SUM


def _negative(node: s.Negative, style: Style) -> tuple[str, int]:
    return f"-{_written(node.operand, style, _PRODUCT)}", _SUM


def _is_scalar(node: Sketch) -> bool:
    names = {one.key for one in node.walk() if isinstance(one, s.Name)}
    is_sum = any(isinstance(one, s.Add | s.Sum) for one in node.walk())
    return names <= {"n", "d", "eta", "lam", "alpha", "t", "k", "h", "x"} and not is_sum


def _product(node: s.Product, style: Style) -> tuple[str, int]:
    parts = [_written(one, style, _PRODUCT) for one in node.factors]
    text = parts[0]
    for at, part in enumerate(parts[1:], start=1):
        before = node.factors[at - 1]
        is_digit = part[0].isdigit()
        is_large = isinstance(before, s.Quotient) and style.fraction == "/" and not style.plain
        sign = (
            style.product
            if _is_scalar(before)
            else ("" if style.product == r"\cdot " else style.product)
        )
        if is_digit or (isinstance(before, s.Sum) and at):
            sign = "·" if style.plain else r" \cdot "
        if isinstance(node.factors[at], s.Number) or is_large:
            sign = sign or " "
        needs_space = (
            sign == "" and text[-1:].isalpha() and part[:1].isalpha() and _ends_command(text)
        )
        text += (" " if needs_space else sign) + part
    return text, _PRODUCT


def _ends_command(text: str) -> bool:
    return "\\" in text and text[text.rfind("\\") + 1 :].isalpha()


def _quotient(node: s.Quotient, style: Style) -> tuple[str, int]:
    if style.fraction == "/":
        over, under = _written(node.over, style, _PRODUCT), _written(node.under, style, _ATOM)
        return f"({over}/{under})", _ATOM
    return f"{style.fraction}{{{spelled(node.over, style)}}}{{{spelled(node.under, style)}}}", _ATOM


_RAISED = str.maketrans("0123456789-+tk", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵗᵏ")


def _raised(base: str, exponent: str, style: Style) -> str:
    if style.plain:
        return base + exponent.replace(" ", "").translate(_RAISED)
    return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"


def _base(node: Sketch, style: Style) -> str:
    """What can carry a superscript."""
    text = _written(node, style, _ATOM)
    is_scripted = isinstance(
        node, s.Power | s.Transpose | s.Inverse | s.SquaredNorm | s.PseudoInverse
    )
    has_superscript = isinstance(node, s.Name | s.Entry) and "^" in text
    if is_scripted or isinstance(node, s.Quotient | s.Sum) or has_superscript:
        return (
            f"{style.left}{text}{style.right}"
            if isinstance(node, s.Quotient | s.Sum) or (is_scripted or style.transpose == "'")
            else f"({text})"
        )
    return text


def _power(node: s.Power, style: Style) -> tuple[str, int]:
    return _raised(_base(node.base, style), spelled(node.exponent, style), style), _ATOM


def _transpose(node: s.Transpose, style: Style) -> tuple[str, int]:
    base = _base(node.base, style)
    return f"{base}{style.transpose}", _ATOM


def _inverse(node: s.Inverse, style: Style) -> tuple[str, int]:
    return _raised(_base(node.base, style), "-1", style), _ATOM


def _pseudo(node: s.PseudoInverse, style: Style) -> tuple[str, int]:
    return f"{_base(node.base, style)}^{{+}}" if style.index == "j" else (
        rf"{_base(node.base, style)}^\dagger"
    ), _ATOM


def _squared_norm(node: s.SquaredNorm, style: Style) -> tuple[str, int]:
    return _raised(style.norm.format(spelled(node.operand, style)), "2", style), _ATOM


def _norm(node: s.Norm, style: Style) -> tuple[str, int]:
    return style.norm.format(spelled(node.operand, style)), _ATOM


def _absolute(node: s.Absolute, style: Style) -> tuple[str, int]:
    return f"|{spelled(node.operand, style)}|", _ATOM


def _entry(node: s.Entry, style: Style) -> tuple[str, int]:
    index = spelled(node.index, style)
    if node.base.key == "X":
        row = style.names["X"].replace("X", "x")
        return f"{row}_{index}", _ATOM
    base = node.base.key
    if base in {"W1", "W2", "b1", "z", "a"}:
        letter, number = base[0], base[1:] or "1"
        return f"{letter}_{{{number},{index}}}", _ATOM
    base = _name(node.base, style)[0]
    return f"{base}_{index}" if len(index) == 1 else f"{base}_{{{index}}}", _ATOM


def _sum(node: s.Sum, style: Style) -> tuple[str, int]:
    index = style.index if node.index == "k" else node.index
    first, last = spelled(node.first, style), spelled(node.last, style)
    body = _written(node.body, style, _PRODUCT)
    return rf"\sum_{{{index}={first}}}^{{{last}}} {body}", _PRODUCT


def _diagonal(node: s.Diagonal, style: Style) -> tuple[str, int]:
    base = _written(node.base, style, _ATOM)
    second = s.moved(node.first, node.step)
    cells = [f"{base}^{{{spelled(one, style)}}}" for one in (node.first, second, node.last)]
    if node.first == s.Number(0) and node.step == 1 and style.index == "k" and base == r"\lambda":
        cells[0], cells[1] = "1", base
    dots = r"\dots" if style.fraction == r"\frac" else r"\ldots"
    return rf"{style.diag}({cells[0]}, {cells[1]}, {dots}, {cells[2]})", _ATOM


def _hadamard(node: s.Hadamard, style: Style) -> tuple[str, int]:
    left, right = _written(node.left, style, _ATOM), _written(node.right, style, _ATOM)
    return f"{left} {style.hadamard} {right}", _SUM


def _relu(node: s.Relu, style: Style) -> tuple[str, int]:
    return style.relu.format(spelled(node.operand, style)), _ATOM


def _gate(node: s.Gate, style: Style) -> tuple[str, int]:
    below = "≤" if style.plain else r"\le"
    sign = ">" if node.above else below
    return style.gate.format(spelled(node.operand, style), sign), _ATOM


def _largest(node: s.Largest, style: Style) -> tuple[str, int]:
    word = (
        rf"\{node.which}"
        if style.fraction == r"\frac"
        else (rf"\mathrm{{{node.which}}}" if style.index == "j" else node.which)
    )
    return rf"\lambda_{{{word}}}({spelled(node.operand, style)})", _ATOM


_WRITE = {
    s.Number: lambda node, _: (str(node.value), _ATOM),
    s.Name: _name,
    s.Add: _add,
    s.Negative: _negative,
    s.Product: _product,
    s.Quotient: _quotient,
    s.Power: _power,
    s.Transpose: _transpose,
    s.Inverse: _inverse,
    s.PseudoInverse: _pseudo,
    s.SquaredNorm: _squared_norm,
    s.Norm: _norm,
    s.Absolute: _absolute,
    s.Entry: _entry,
    s.Sum: _sum,
    s.Diagonal: _diagonal,
    s.Hadamard: _hadamard,
    s.Relu: _relu,
    s.Gate: _gate,
    s.Largest: _largest,
}


def variety(rng: random.Random, sketches: Sequence[Sketch]) -> Style:
    """A style in which all of these can be written."""
    plain = all(is_plain(one) for one in sketches) and rng.random() < 0.15
    return random_style(rng, plain=plain)
