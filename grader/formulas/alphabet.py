r"""The signs of mathematics as people type them: LaTeX commands, Unicode characters, words.

Tables only. Each sign has one canonical name, whatever it was typed as: ``\lambda``, ``λ`` and
``lambda`` are all ``lambda``; ``\le``, ``\leqslant``, ``≤`` and ``<=`` are all ``≤``.
"""

from __future__ import annotations

from typing import Final

GREEK: Final = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell".split()
)

SAME_LETTER: Final = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho",
    "varsigma": "sigma", "varpi": "pi", "Lambda": "Lambda", "imath": "i", "jmath": "j",
    "varLambda": "Lambda", "varPhi": "Phi", "varSigma": "Sigma",
}  # fmt: skip
"""Commands for letters, where the command is not the letter's name."""

FUNCTIONS: Final = frozenset(
    "diag Diag blockdiag ReLU relu sin cos tan tanh exp log ln rank tr Tr trace sign sgn det "
    "sigmoid softplus dim range ker span vec Var Cov step cond Null null col Col im Im proj "
    "abs sqrt relu_grad Bern Unif eig spec Range heaviside Heaviside nullity".split()
)
"""Words that name a function; in mathematics they are set upright."""

BIG: Final = {
    "sum": "sum", "prod": "product", "max": "max", "min": "min", "sup": "max", "inf": "min",
}  # fmt: skip
"""Operators that take an index and a body."""

ASK: Final = frozenset("argmin argmax".split())

OPERATORS: Final = {
    "+": "+", "-": "-", "*": "*", "/": "/",
    "cdot": "·", "times": "×", "ast": "*", "odot": "⊙", "circ": "∘", "otimes": "⊗", "bullet": "·",
    "div": "/", "pm": "±", "mp": "±", "star": "⋆", "cdotp": "·", "oplus": "⊕", "bigodot": "⊙",
    "setminus": "∖",
}  # fmt: skip

RELATIONS: Final = {
    "=": "=", "<": "<", ">": ">", "le": "≤", "leq": "≤", "leqslant": "≤", "leqq": "≤",
    "ge": "≥", "geq": "≥", "geqslant": "≥", "geqq": "≥", "lt": "<", "gt": ">",
    "ne": "≠", "neq": "≠", "approx": "≈", "simeq": "≈", "cong": "≈", "approxeq": "≈", "sim": "∼",
    "equiv": "≡", "triangleq": "≔", "coloneqq": "≔", "coloneq": "≔", "doteq": "≔", "eqdef": "≔",
    "defeq": "≔", "leftarrow": "←", "gets": "←", "to": "→", "rightarrow": "→",
    "longrightarrow": "→",  "mapsto": "↦", "in": "∈", "notin": "∉",
    "subset": "⊂", "subseteq": "⊂", "succ": "≻", "succeq": "≽", "succcurlyeq": "≽", "prec": "≺",
    "preceq": "≼", "preccurlyeq": "≼", "propto": "∝", "ll": "≪", "gg": "≫", "perp": "⊥",
    "not=": "≠", "searrow": "→", "downarrow": "→", "uparrow": "→", "lesssim": "≲", "gtrsim": "≳",
}  # fmt: skip

ARROWS: Final = {
    "implies": "⇒", "Rightarrow": "⇒", "Longrightarrow": "⇒", "iff": "⇔", "Leftrightarrow": "⇔",
    "Longleftrightarrow": "⇔", "leftrightarrow": "⇔", "impliedby": "⇐", "Leftarrow": "⇐",
    "therefore": "⇒", "because": "⇐", "leadsto": "⇒", "longleftarrow": "⇐",
    "rightsquigarrow": "⇒", "longmapsto": "⇒",
}  # fmt: skip
"""Between statements."""

DOTS: Final = frozenset(
    "dots ldots cdots vdots ddots dotsc dotsb dotsm dotsi hdots adots iddots hdotsfor".split()
)

ACCENTS: Final = frozenset(
    "hat widehat tilde widetilde bar overline dot ddot check breve acute grave mathring "
    "underline".split()
)

FONTS: Final = frozenset(
    "mathbf boldsymbol bm mathit mathsf mathtt mathcal mathscr mathfrak vec Vec overrightarrow "
    "mathnormal pmb bold mathbfit symbf symbfit symup symit mathds mathbb mathbbm ensuremath "
    "emph".split()
)
"""Commands that change the looks of their argument only."""

SWITCHES: Final = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle bf rm it sf tt cal bfseries boldmath "
    "limits nolimits nonumber notag relax allowbreak nobreak noindent centering hfill hfil vfill "
    "null strut mathstrut smallskip medskip bigskip newpage pagebreak left right middle big Big "
    "bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm biggm Biggm par indent "
    "qedhere hline toprule midrule bottomrule scriptsize footnotesize small normalsize large "
    "Large blacksquare square Box qed checkmark".split()
)
"""Commands without an argument that say nothing about the formula."""

WRAPPERS: Final = {
    "textcolor": 1, "color": 1, "colorbox": 1, "fcolorbox": 2, "hspace": 1, "vspace": 1, "label": 1,
    "tag": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "ref": 1, "eqref": 1, "intertext": 1,
    "shortintertext": 1, "cite": 1, "footnote": 1, "kern": 0, "mkern": 0, "hskip": 0, "raisebox": 1,
    "rule": 2, "setlength": 2, "renewcommand": 2, "newcommand": 2, "colorlet": 2, "vskip": 0,
    "cline": 1, "multicolumn": 2, "hypertarget": 1, "href": 1,
}  # fmt: skip
"""Commands with this many arguments that are not part of the formula."""

TEXTS: Final = frozenset(
    "text textrm textnormal mbox textit textbf textsf texttt textup textsc operatorname mathrm "
    "mathop operatornamewithlimits fbox hbox underline Text mathup textmd mathchoice".split()
)
"""Commands whose argument is a word, or prose."""

TRANSPOSES: Final = frozenset({"T", "top", "intercal", "tran", "trans", "transpose", "⊤"})

SPACES: Final = frozenset(
    ", ; : ! > / @ ~ thinspace medspace thickspace enspace negthinspace space negmedspace "
    "negthickspace nobreakspace".split()
)

CHARACTERS: Final = {
    "−": "-", "–": "-", "‐": "-", "‑": "-", "·": r"\cdot ", "⋅": r"\cdot ", "•": r"\cdot ",
    "×": r"\times ", "÷": "/", "∗": "*", "⊙": r"\odot ", "∘": r"\circ ", "◦": r"\circ ",
    "⊗": r"\otimes ", "±": r"\pm ", "≤": r"\le ", "⩽": r"\le ", "≥": r"\ge ", "⩾": r"\ge ",
    "≠": r"\ne ", "≈": r"\approx ", "≃": r"\approx ", "≅": r"\approx ", "≡": r"\equiv ",
    "≜": r"\triangleq ", "≔": r"\coloneqq ", "←": r"\leftarrow ", "→": r"\to ", "⟶": r"\to ",
    "↦": r"\mapsto ", "∈": r"\in ", "∉": r"\notin ", "≻": r"\succ ", "⪰": r"\succeq ",
    "≽": r"\succeq ", "≺": r"\prec ", "⪯": r"\preceq ", "∝": r"\propto ", "⇒": r"\Rightarrow ",
    "⟹": r"\Rightarrow ", "⇔": r"\iff ", "⟺": r"\iff ", "⇐": r"\Leftarrow ", "∴": r"\therefore ",
    "∑": r"\sum ", "∏": r"\prod ", "∂": r"\partial ", "∇": r"\nabla ", "∞": r"\infty ",
    "‖": r"\| ", "∥": r"\| ", "│": "|", "∣": "|", "⟨": r"\langle ", "⟩": r"\rangle ",
    "〈": r"\langle ", "〉": r"\rangle ", "√": r"\sqrt ", "…": r"\dots ", "⋯": r"\cdots ",
    "⋮": r"\vdots ", "⋱": r"\ddots ", "†": r"\dagger ", "⊤": r"\top ", "′": "'", "″": "''",
    "‴": "'''", "’": "'", "ʹ": "'", "ℝ": r"\mathbb{R}", "𝔼": r"\mathbb{E}", "ℒ": r"\mathcal{L}",
    "𝟙": r"\mathbb{1}", "𝟏": r"\mathbf{1}", "ℓ": r"\ell ", "ϵ": r"\epsilon ", "ϕ": r"\phi ",
    "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}", "⟂": r"\perp ", "⁄": "/", "∕": "/", "（": "(",
    "）": ")", "［": "[", "］": "]", "｛": r"\{", "｝": r"\}", "，": ",", "；": ";", "：": ":",
    "＝": "=", "＋": "+", "。": ".", "、": ",", "ŷ": r"\hat{y}", "Ŷ": r"\hat{Y}", "ŵ": r"\hat{w}",
    "ẑ": r"\hat{z}", "â": r"\hat{a}", "ȳ": r"\bar{y}", "∼": r"\sim ", "≪": r"\ll ", "≫": r"\gg ",
    "⊂": r"\subset ", "⊆": r"\subseteq ", "∀": r"\forall ", "∃": r"\exists ", "∖": r"\setminus ",
    "⋆": r"\star ", "★": r"\star ", "∎": " ", "✓": " ", "✔": " ", "✅": " ", "□": " ",
    "■": " ", "\ufeff": " ",
    "\u200b": " ", "\u200c": " ", "\u200d": " ",
    "\u2061": " ", "\u2062": " ", "\u2063": ",", "\u00a0": " ", "\u2009": " ", "\u202f": " ",
    "\u2028": " ", "\u2003": " ", "\u2002": " ", "\u3000": " ", "\u00ad": " ", "µ": r"\mu ",
}  # fmt: skip
"""Characters, and the LaTeX that they stand for."""

SUPERSCRIPTS: Final = dict(
    zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵗᵏᵈʰʲᵐᵃᵇˣ", "0123456789+-=()niTtkdhjmabx", strict=True)
)
SUBSCRIPTS: Final = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx", strict=True)
)
COMBINING: Final = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar",
                    "\u20d7": "vec", "\u0307": "dot"}  # fmt: skip
