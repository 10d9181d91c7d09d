r"""Formulas inside sentences: however they are typeset, one thing has one plain name.

``W_1``, ``\mathbf{W}_1``, ``W^{(1)}``, ``W^{[1]}`` and ``W₁`` are ``w1``; ``\partial L/\partial x``
and ``\nabla_x L`` are ``gradient x``; ``X^\top X`` and ``XᵀX`` are ``xtx``; ``\mathbb{E}[w_t]`` is
``expectation [w_t]``. Nothing is computed here: a name is enough to see what a sentence is about.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NAMES: Final = frozenset(
    "xtx xxt iminusa tominusone dagger gradient derivative expectation".split()
)
"""Words that stand for formulas here, and were written by nobody."""

MAX_ROUNDS = 8
"""Nested braces that are opened; deeper formulas are no part of a sentence about W1."""

_GREEK: Final = dict(
    zip(
        """alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi
        rho sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi
        Omega""".split(),
        "αβγδεεζηθικλμνξπρστφφχψωΓΔΘΛΣΦΨΩ",
        strict=True,
    )
)
_RELATIONS: Final = {
    "approx": "≈", "simeq": "≈", "sim": "≈", "cong": "≈", "neq": "≠", "ne": "≠", "leq": "≤",
    "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
    "to": "→", "rightarrow": "→", "longrightarrow": "→", "succ": "≻", "succeq": "⪰",
    "Rightarrow": "⇒", "implies": "⇒", "Longrightarrow": "⇒", "iff": "⇔", "infty": "∞",
    "partial": "∂", "nabla": "∇", "cdot": "*", "times": "*", "odot": "⊙", "circ": "⊙",
    "dagger": "†",
    "top": "T", "intercal": "T", "prime": "'", "Vert": "‖", "lVert": "‖", "rVert": "‖", "vert": "|",
    "lvert": "|", "rvert": "|", "mid": "|", "in": "∈", "ell": "ℓ", "dots": "…", "ldots": "…",
    "cdots": "…", "sum": "Σ", "setminus": "\\", "equiv": "≡", "T": "T", "trans": "T",
}  # fmt: skip
_DROPPED: Final = frozenset(
    """left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle limits
    nolimits quad qquad noindent par newline hfill centering item label ref eqref cite vspace
    hspace smallskip medskip bigskip begin end mathbf mathcal boldsymbol bm mathrm mathbb mathsf
    mathit text textbf textit textsc textrm texttt emph underline operatorname mbox hbox
    ensuremath boxed
    mathscr mathfrak vec bar tilde widehat widetilde hat overline underbrace overbrace bf it rm
    nonumber notag small large section subsection subsubsection paragraph subparagraph
    footnotesize mathds mathbbm pmb symbf textsf textcolor color url href footnote""".split()
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\]]*\])?")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_SYMBOL = re.compile(r"\\[,;:!> \\]|\\(?=[{}%&#_$])|[$&~]|\\[()\[\]]")
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))")
_SCRIPT = re.compile(r"([_^])\s*\{([^{}]*)\}")
_BRACES = re.compile(r"(?<!frac)(?<!\})\{([^{}]*)\}")
_DERIVATIVE = re.compile(
    r"\(*\s*(?:∂|\bd\s*)\s*(L|J|ℒ|loss|Loss|ŷ|y|f|z_?1|a_?1)\s*\)*\s*/\s*\(*\s*(?:∂|d)\s*"
    r"([A-Za-zŷ]\w*(?:_\(?\w\)?)?(?:\^\(?\[?\w\]?\)?)?)\s*\)*"
)
_CODE_DERIVATIVE = re.compile(r"\bd(?:L|J)_?d(\w\d?)\b")
_NABLA = re.compile(r"∇\s*(?:_\s*\(?([A-Za-z](?:_?\d)?)\)?)?\s*(?:L|ℒ|J|f)?(?![a-z])")
_LAYER = re.compile(
    r"\b([Wb])\s*(?:[_^]\s*[\[(]{1,2}\s*([12])(?:\s*,\s*\w+)?\s*[\])]{1,2}|[_^]\s*([12])(?!\d))"
)
_LAYER_WORD = re.compile(r"\b([Wb])\s?([12])\b")
_T = r"(?:\^\s*\(?\s*(?:T|t|')\s*\)?|'|\.T\b)"
_GRAM = re.compile(rf"([XΦZ])\s*{_T}\s*\1(?![a-z])")
_OUTER = re.compile(rf"([XΦZ])\s*\1\s*{_T}")
_EXPECTATION = re.compile(r"(?<![A-Za-z])(?:E|𝔼)\s*_?\w?\s*(?=[\[({])")
_INVERSE = re.compile(r"\^\s*\(?\s*-\s*1\s*\)?")
_PSEUDO = re.compile(r"\^\s*\(?\s*(?:†|\+)\s*\)?|†")
_RESOLVENT = re.compile(r"\bI(?:_\(?[dn]\)?)?\s*[-−–]\s*A\b")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def plain_formulas(text: str) -> str:
    """`text` with its formulas in plain names; prose stays as it is."""
    text = _without_commands(_opened(_unicode(text)))
    text = _PSEUDO.sub(" dagger ", text)
    text = _INVERSE.sub(" tominusone ", text)
    text = _OUTER.sub(" xxt ", _GRAM.sub(" xtx ", text))
    text = _RESOLVENT.sub(" iminusa ", text)
    text = _EXPECTATION.sub(" expectation ", text)
    text = _CODE_DERIVATIVE.sub(r" gradient \1 ", _DERIVATIVE.sub(_derivative, text))
    text = _NABLA.sub(lambda match: f" gradient {match[1] or ''} ", text)
    text = _LAYER.sub(lambda match: f"{match[1]}{match[2] or match[3]} ", text)
    return _LAYER_WORD.sub(r"\1\2", text)


def _unicode(text: str) -> str:
    """Small raised and lowered characters as LaTeX writes them."""
    text = re.sub("[₀-₉]", lambda match: "_" + match[0].translate(_SUBSCRIPTS), text)
    text = re.sub("[ᵃ-ᵡⁱⁿʲ](?!\\w)|(?<=[A-Za-z)])[ᵗᵏ]", lambda match: "^" + match[0], text)
    text = text.replace("ᵀ", "^T").replace("⊤", "T").replace("⁻¹", "^-1").replace("²", "^2")
    text = text.replace("⁺", "^+").replace("’", "'").replace("‘", "'").replace("−", "-")
    return unicodedata.normalize("NFKC", text.replace("𝔼", "E")).replace("ϵ", "ε")


def _opened(text: str) -> str:
    """Fractions as quotients, and no braces."""
    text = _ENVIRONMENT.sub(" ", text)
    text = re.sub(r"\\(?:mathcal|mathscr)\s*(?:\{\s*L\s*\}|L(?![A-Za-z]))", " L ", text)
    text = re.sub(r"\\hat\s*(?:\{\s*y\s*\}|y(?![A-Za-z]))", " ŷ ", text)
    text = re.sub(r"\\(?:mathbf|mathrm|boldsymbol|bm|mathsf|text|mathbb)\s*\{(\w)\}", r" \1", text)
    text = re.sub(r"\\(?:mathbf|mathrm|mathsf|mathbb|boldsymbol|bm)\s+(\w)(?!\w)", r" \1", text)
    text = re.sub(r"([_^])\s+(?=\w)", r"\1", text)
    for _ in range(MAX_ROUNDS):
        before = text
        text = _SCRIPT.sub(_script, text)
        text = _FRACTION.sub(_quotient, text)
        text = _BRACES.sub(r" \1 ", text)
        if text == before:
            break
    return text.replace("{", " ").replace("}", " ")


def _script(match: re.Match[str]) -> str:
    inner = match[2].strip()
    if inner.startswith("\\"):
        return f"{match[1]}{inner} "
    return f"{match[1]}{inner}" if re.fullmatch(r"\w+|-1", inner) else f"{match[1]}({inner})"


def _quotient(match: re.Match[str]) -> str:
    above, below = match[1] or match[2] or "", match[3] or match[4] or ""
    return f"({above.strip()})/({below.strip()})"


def _without_commands(text: str) -> str:
    text = _COMMAND.sub(_word_for, _SYMBOL.sub(" ", text))
    return text.replace("||", "‖").replace("\\|", "‖").replace("\\", " ")


def _word_for(match: re.Match[str]) -> str:
    name = match[1]
    if name in _DROPPED:
        return " "
    return _GREEK.get(name) or _RELATIONS.get(name) or f" {name} "


def _derivative(match: re.Match[str]) -> str:
    """Of the loss it is the gradient; of anything else a derivative."""
    name = "gradient" if match[1] in ("L", "J", "ℒ", "loss", "Loss") else "derivative"
    return f" {name} {match[2]} "
