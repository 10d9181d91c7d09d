r"""Source of a formula → tokens with the place where each stands.

One scanner for LaTeX and for mathematics in plain Unicode: characters such as ``λ``, ``ᵀ`` or
``≤`` are read as the LaTeX that they stand for. Fonts, spacing and sizes are dropped. The
student's own macros are expanded as text, as TeX does, under limits; whatever stems from a macro
has the place of its call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from grader.formulas import alphabet
from grader.formulas.errors import TooMuch, Unreadable

MAX_SOURCE = 8_000
"""Characters of one formula. The longest display of the official solution has 200."""

MAX_TOKENS = 4_000
"""Tokens after all macros are expanded; doubling macros reach it before they cost anything."""

MAX_EXPANSION = 12
"""Macros inside of macros."""

MAX_EXPANDED = 40_000
"""Characters that all macros of one formula expand to; empty macros count as well."""

MAX_DEPTH = 40
"""Commands inside of the arguments of commands."""


class Kind(Enum):
    """What sort of sign a token is."""

    __hash__ = object.__hash__  # kinds are looked up all the time, and Enum's own hash is slow

    NUMBER = "number"
    NAME = "name"  # one letter, Latin or Greek
    WORD = "word"  # a function such as diag, or a big operator
    TEXT = "text"  # prose inside a formula
    OPERATOR = "operator"
    RELATION = "relation"
    ARROW = "arrow"  # between statements
    OPEN = "open"  # ( [ \{ ⟨
    CLOSE = "close"
    BAR = "bar"  # | or ‖, which open and close alike
    BEGIN = "begin"  # { of TeX: groups, and is not seen
    END = "end"
    SUB = "sub"
    SUP = "sup"
    PRIME = "prime"
    SEPARATOR = "separator"  # , ; : and wide spaces
    NEWLINE = "newline"
    CELL = "cell"  # &
    DOTS = "dots"
    ACCENT = "accent"
    COMMAND = "command"  # frac, sqrt, partial, nabla, boxed, …
    ENVIRONMENT = "environment"  # \begin{…}; its end is COMMAND "end"


class Token(NamedTuple):
    """One sign: its kind, its canonical name, and from where to where it stands."""

    kind: Kind
    text: str
    start: int
    end: int


class Macro(NamedTuple):
    r"""A student's own command: ``\newcommand{\norm}[1]{\left\|#1\right\|}``."""

    arguments: int
    body: str
    option: str | None = None


Macros = Mapping[str, Macro]

_SIGN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<newline>\\\\(?:\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\])?)"
    r"|\\(?P<command>[A-Za-z]+)\*?"
    r"|\\(?P<escaped>.)"
    r"|(?P<dots>\.\.\.+)"
    r"|(?P<number>\d+(?:(?:\.|\{,\})\d+)?|\.\d+)"
    r"|(?P<letters>[A-Za-z]+)"
    r"|(?P<relation>:=|=:|<=|>=|=>|==|!=|->|<-|[=<>])"
    r"|(?P<other>\|\||.)",
    re.DOTALL,
)
_ENVIRONMENT: Final = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_COLUMNS: Final = re.compile(r"\s*(?:\[[^\]]*\]\s*)?\{[^{}]*\}")
_DELIMITERS: Final = {
    "(": Kind.OPEN, "[": Kind.OPEN, ")": Kind.CLOSE, "]": Kind.CLOSE, "{": Kind.BEGIN,
    "}": Kind.END, "_": Kind.SUB, "^": Kind.SUP, "'": Kind.PRIME, "&": Kind.CELL,
}  # fmt: skip
_PAIRS: Final = {
    "langle": (Kind.OPEN, "⟨"), "rangle": (Kind.CLOSE, "⟩"), "lbrace": (Kind.OPEN, "{"),
    "rbrace": (Kind.CLOSE, "}"), "lbrack": (Kind.OPEN, "["), "rbrack": (Kind.CLOSE, "]"),
    "lparen": (Kind.OPEN, "("), "rparen": (Kind.CLOSE, ")"), "lVert": (Kind.BAR, "‖("),
    "rVert": (Kind.BAR, "‖)"), "lvert": (Kind.BAR, "|("), "rvert": (Kind.BAR, "|)"),
    "Vert": (Kind.BAR, "‖"), "vert": (Kind.BAR, "|"), "mid": (Kind.SEPARATOR, "|"),
    "lfloor": (Kind.OPEN, "⌊"), "rfloor": (Kind.CLOSE, "⌋"), "dagger": (Kind.NAME, "†"),
    "top": (Kind.NAME, "⊤"), "intercal": (Kind.NAME, "⊤"), "prime": (Kind.PRIME, "'"),
    "infty": (Kind.NAME, "∞"), "colon": (Kind.SEPARATOR, ":"), "quad": (Kind.SEPARATOR, " "),
    "qquad": (Kind.SEPARATOR, " "), "cr": (Kind.NEWLINE, ""), "newline": (Kind.NEWLINE, ""),
    "tabularnewline": (Kind.NEWLINE, ""), "dag": (Kind.NAME, "†"), "ddagger": (Kind.NAME, "†"),
    "degree": (Kind.NAME, "°"), "Re": (Kind.WORD, "Re"), "land": (Kind.SEPARATOR, ","),
    "wedge": (Kind.SEPARATOR, ","), "lor": (Kind.TEXT, "or"), "vee": (Kind.TEXT, "or"),
    "forall": (Kind.TEXT, "for all"), "exists": (Kind.TEXT, "there is"),
    "emptyset": (Kind.NAME, "∅"), "hbar": (Kind.NAME, "hbar"), "And": (Kind.CELL, "&"),
}  # fmt: skip
_MEANT: Final = frozenset(
    "frac dfrac tfrac cfrac sqrt partial nabla boxed underbrace overbrace substack over lim fbox "
    "grad".split()
)
"""Commands that the parser knows by name."""

_STACKED: Final = frozenset({"overset", "stackrel", "underset"})
_CLASSES: Final = frozenset({"mathbin", "mathrel", "mathord", "mathopen", "mathclose"})
_DEFINES: Final = frozenset({"def", "Delta", "triangle", "define", "≜", "!"})
"""What stands over = where a name is introduced."""

_ASCII_RELATIONS: Final = {
    ":=": "≔", "=:": "≕", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "->": "→", "<-": "←",
}  # fmt: skip
_MIXED: Final = frozenset({"mathrm", "mathop", "textbf", "operatorname", "fbox", "underline"})
"""Commands for words around which people put formulas as well."""

_ONE: Final = frozenset({"mathbb", "mathbbm", "mathds", "mathbf", "boldsymbol", "bm"})


def tokenise(source: str, macros: Macros | None = None) -> tuple[Token, ...]:
    """The tokens of a formula, delimiters such as ``$`` already taken off.

    Raises:
        TooMuch: the formula, or what its macros make of it, is too long.
        Unreadable: a command that is neither known nor defined, or braces that do not close.
    """
    if len(source) > MAX_SOURCE:
        raise TooMuch(f"the formula has {len(source):,} characters", 0)
    scanner = _Scanner(macros or {})
    scanner.scan(source, None)
    return tuple(_with_intervals(scanner.tokens))


def _with_intervals(tokens: list[Token]) -> list[Token]:
    """Intervals as some write them, ]0, 1[: behind ∈ their brackets open and close."""
    for position in range(1, len(tokens)):
        first = tokens[position]
        if tokens[position - 1][:2] == (Kind.RELATION, "∈") and first.text in {"[", "(", "]"}:
            end = _interval_end(tokens, position)
            if end is not None:
                tokens[position] = first._replace(kind=Kind.OPEN)
                tokens[end] = tokens[end]._replace(kind=Kind.CLOSE)
    return tokens


def _interval_end(tokens: list[Token], start: int) -> int | None:
    """Where the bracket behind the second end of an interval stands."""
    depth, separated = 0, False
    for position in range(start + 1, len(tokens)):
        token = tokens[position]
        if depth == 0 and separated and token.text in {"]", "[", ")"}:
            return position
        depth += {Kind.OPEN: 1, Kind.BEGIN: 1, Kind.CLOSE: -1, Kind.END: -1}.get(token.kind, 0)
        separated |= depth == 0 and token[:2] in {(Kind.SEPARATOR, ","), (Kind.SEPARATOR, ";")}
    return None


class _Scanner:
    def __init__(self, macros: Macros) -> None:
        self.tokens: list[Token] = []
        self._macros = macros
        self._depth = 0
        self._expansion = 0
        self._expanded_to = 0

    def scan(self, source: str, place: tuple[int, int] | None) -> None:
        """Add the tokens of a text; with `place`, all of them stand there."""
        source, origin = _spelled_out(source)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooMuch("commands are nested too deeply", place[0] if place else 0)
        position = 0
        while position < len(source):
            match = _SIGN.match(source, position)
            assert match is not None  # the last alternative takes any character
            here = place or (origin[match.start()], origin[match.end() - 1] + 1)
            position = self._sign(source, match, here)
            if len(self.tokens) > MAX_TOKENS:
                raise TooMuch(f"the formula has more than {MAX_TOKENS:,} signs", here[0])
        self._depth -= 1

    def _add(self, kind: Kind, text: str, here: tuple[int, int]) -> None:
        self.tokens.append(Token(kind, text, *here))

    def _sign(self, source: str, match: re.Match[str], here: tuple[int, int]) -> int:
        """Take in one sign; the offset at which the next one begins."""
        kind, text = match.lastgroup, match[match.lastgroup or 0]
        if kind == "command":
            return self._command(source, text, _behind_command(match), here)
        if kind == "escaped" and text in self._macros:  # \\1 for an indicator
            return self._expanded(source, text, match.end(), here)
        if kind == "letters":
            self._words(source, match, here)
        elif kind == "number":
            self._add(Kind.NUMBER, text.replace("{,}", "."), here)
        elif kind == "newline":
            self._add(Kind.NEWLINE, "", here)
        elif kind == "dots":
            self._add(Kind.DOTS, "…", here)
        elif kind != "space":
            {"escaped": self._escaped, "relation": self._relation}.get(kind or "", self._other)(
                text, here
            )
        return match.end()

    def _escaped(self, character: str, here: tuple[int, int]) -> None:
        if character in "{}":
            self._add(Kind.OPEN if character == "{" else Kind.CLOSE, character, here)
        elif character == "|":
            self._add(Kind.BAR, "‖", here)
        elif character in "_^*":  # escaped for Markdown
            self._other(character, here)
        elif character not in "%$#&,;:!>/@~()[]- \n":
            raise Unreadable(f"\\{character} is not known", here[0])

    def _relation(self, sign: str, here: tuple[int, int]) -> None:
        if sign == "=>":
            self._add(Kind.ARROW, "⇒", here)
        else:
            self._add(Kind.RELATION, _ASCII_RELATIONS.get(sign, sign), here)

    def _other(self, sign: str, here: tuple[int, int]) -> None:
        if sign in _DELIMITERS:
            self._add(_DELIMITERS[sign], sign, here)
        elif sign in alphabet.OPERATORS:
            self._add(Kind.OPERATOR, alphabet.OPERATORS[sign], here)
        elif sign in {"|", "||"}:
            self._add(Kind.BAR, "|" if sign == "|" else "‖", here)
        elif sign in ",;:":
            self._add(Kind.SEPARATOR, sign, here)
        elif sign in ".!?":
            self._add(Kind.SEPARATOR, ".", here)
        elif sign not in '~$"`%#':
            raise Unreadable(f"the character {sign!r} is not known", here[0])

    def _words(self, source: str, match: re.Match[str], here: tuple[int, int]) -> None:
        """A run of letters; ndiag(…) is n times a diagonal matrix."""
        run, after = match["letters"], source[match.end() : match.end() + 1]
        if run == "tr" and after == "_":  # t r_1, and no trace
            self._letters("t", (here[0], here[1] - 1))
            self._letters("r", (here[1] - 1, here[1]))
            return
        name = _function_at_end(run) if after == "(" else ""
        if not name or here[1] - here[0] != len(run):
            self._letters(run, here)
            return
        middle = here[1] - len(name)
        self._letters(run[: -len(name)], (here[0], middle))
        self._letters(name, (middle, here[1]))

    def _letters(self, run: str, here: tuple[int, int]) -> None:
        """One word, or as many names as there are letters."""
        if run in alphabet.GREEK:
            self._add(Kind.NAME, run, here)
        elif _is_word(run) and not self._are_signs(run):
            self._add(Kind.WORD, run, here)
        elif run == "yhat":
            self._add(Kind.ACCENT, "hat", here)
            self._add(Kind.NAME, "y", here)
        elif run == "hat":
            self._add(Kind.TEXT, run, here)
        elif run == "lim":
            self._add(Kind.COMMAND, "lim", here)
        else:
            whole = here[1] - here[0] == len(run)
            for offset, letter in enumerate(run):
                start = here[0] + offset if whole else here[0]
                self._add(Kind.NAME, letter, (start, start + 1 if whole else here[1]))

    def _are_signs(self, run: str) -> bool:
        """Whether letters that could be a word are none: the T r of X^Tr, the i m of X_{im}."""
        before = [token.kind for token in self.tokens[-2:]]
        if run == "im" and before == [Kind.SUB, Kind.BEGIN]:
            return True
        return bool(self.tokens) and self.tokens[-1].text == "^"

    # ------------------------------------------------------------ commands

    def _command(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        if name in self._macros:
            return self._expanded(source, name, position, here)
        reader = _READERS.get(name)
        if reader is not None:
            return reader(self, source, name, position, here)
        if name in {"left", "right"}:
            return self._sized(source, name, position, here)
        if name not in alphabet.SWITCHES and name not in alphabet.SPACES:
            self._add(*_meaning(name, here), here)
        return position

    def _sized(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        r"""\left and \right say of a bar whether it opens; with a dot they show nothing."""
        if source.startswith(".", position):
            return position + 1
        for sign, written in (("|", "|"), ("‖", r"\|")):
            if source.startswith(written, position):
                self._add(Kind.BAR, sign + ("(" if name == "left" else ")"), here)
                return position + len(written)
        return position

    def _class(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        r"""\mathbin{…} is its content."""
        del name
        content, position = _argument(source, position, here)
        self.scan(content, here)
        return position

    def _wrapper(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        """Arguments that are not part of the formula."""
        if name.endswith("intertext"):
            self._add(Kind.TEXT, "", here)
        for _ in range(alphabet.WRAPPERS[name]):
            _, position = _argument(source, position, here)
        return position

    def _rare(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        r"""\arg\min, \not=, \xrightarrow{…}."""
        if name == "xrightarrow":
            _, position = _option(source, position)
            _, position = _argument(source, position, here)
            self._add(Kind.RELATION, "→", here)
            return position
        match = re.compile(r"(?:\s|\\[,;:! ])*\\?(min|max|inf|sup|=|in\b)").match(source, position)
        meaning = _JOINED.get((name, match[1])) if match else None
        if match is None or meaning is None:
            raise Unreadable(f"\\{name} in front of this", here[0])
        self._add(*meaning, here)
        return match.end()

    def _stacked(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        r"""\overset{above}{=} and its kin: the remark goes; below an operator it is a subscript."""
        remark, position = _argument(source, position, here)
        content, position = _argument(source, position, here)
        before = len(self.tokens)
        self.scan(content, here)
        added = self.tokens[before:]
        if len(added) == 1 and added[0].kind is Kind.RELATION:
            words = re.sub(r"\\(?:text|mathrm|rm)\b|[\\{} .]", "", remark)
            if added[0].text == "=" and words in _DEFINES:
                self.tokens[-1] = added[0]._replace(text="≔")
        elif name == "underset" and added and added[-1].kind in {Kind.WORD, Kind.COMMAND}:
            self._add(Kind.SUB, "_", here)
            self._add(Kind.BEGIN, "{", here)
            self.scan(remark, here)
            self._add(Kind.END, "}", here)
        elif len(added) != 1:
            raise Unreadable(f"\\{name} over more than one sign", here[0])
        return position

    def _expanded(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        macro = self._macros[name]
        if self._expansion >= MAX_EXPANSION:
            raise TooMuch(f"\\{name} expands into itself, or too deeply", here[0])
        is_as_written = here[1] == position
        body, position = called(macro, source, position, here)
        here = (here[0], position) if is_as_written else here
        self._expanded_to += len(body) + 1
        if self._expanded_to > MAX_EXPANDED:
            raise TooMuch(f"\\{name} expands to too much", here[0])
        self._expansion += 1
        self.scan(f"{body} " if body[-1:].isalpha() else body, here)
        self._expansion -= 1
        return position

    def _environment(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        match = _ENVIRONMENT.match(source, position)
        if match is None:
            raise Unreadable(f"\\{name} without a name", here[0])
        position = match.end()
        if name == "end":
            self._add(Kind.COMMAND, "end", here)
            return position
        if match[1] in {"array", "alignat", "alignedat", "tabular"}:
            columns = _COLUMNS.match(source, position)
            position = columns.end() if columns else position
        self._add(Kind.ENVIRONMENT, match[1], here)
        return position

    def _text(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        content, position = _argument(source, position, here)
        inner = content.strip()
        if len(inner) > 2 and inner[0] == inner[-1] == "$" and "$" not in inner[1:-1]:
            self._mathematics_in_text(inner[1:-1], here, boxed=name == "fbox")
            return position
        words = " ".join(re.sub(r"\\[,;:! ]|[{}~$]", " ", content).split())
        bare = words.replace(" ", "").replace("\\", "")
        if bare in alphabet.FUNCTIONS or bare in alphabet.BIG or bare in alphabet.ASK:
            self._add(Kind.WORD, bare, here)
        elif len(bare) == 1 and (bare.isalpha() or bare == "1"):
            self._add(Kind.NAME if bare.isalpha() else Kind.NUMBER, bare, here)
        elif "\\" in content and name in _MIXED:
            self.scan(content, here)
        elif _is_name(bare, name):
            self._add(Kind.NAME, bare, here)
        elif re.fullmatch(r"[\s,;.:]*", words):
            self._add(Kind.SEPARATOR, " ", here)
        elif name in {"mathrm", "mathop", "operatorname"} and re.search(r"[_^=+]", content):
            self.scan(content, here)
        else:
            self._add(Kind.TEXT, words, here)
        return position

    def _mathematics_in_text(self, content: str, here: tuple[int, int], *, boxed: bool) -> None:
        r"""\mbox{$…$} is its content, \fbox{$…$} a box around it."""
        if boxed:
            self._add(Kind.COMMAND, "boxed", here)
        self._add(Kind.BEGIN, "{", here)
        self.scan(content, here)
        self._add(Kind.END, "}", here)

    def _font(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        content, position = _argument(source, position, here)
        bare = content.strip()
        if name in _ONE and bare == "1":
            self._add(Kind.NAME, "𝟏", here)
        elif name == "mathbb" and bare == "R":
            self._add(Kind.NAME, "ℝ", here)
        elif bare in alphabet.FUNCTIONS:
            self._add(Kind.WORD, bare, here)
        elif bare.isalnum() or re.fullmatch(r"\\[A-Za-z]+", bare):
            self.scan(bare, here)
        else:
            self._add(Kind.BEGIN, "{", here)
            self.scan(content, here)
            self._add(Kind.END, "}", here)
        return position


_LONG_NAMES: Final = frozenset({"lr", "Id", "id", "loss", "Loss", "MSE", "mse", "out", "pred"})
"""Names of several letters that people set upright, also where prose would be set."""

LONGEST_NAME: Final = 5
"""Letters of such a name in \\mathrm or \\operatorname; what is longer is a word."""


def _is_name(word: str, command: str) -> bool:
    r"""Whether an upright word is one symbol, such as \mathrm{lr} for a learning rate."""
    if word in _LONG_NAMES:
        return True
    upright = command in {"mathrm", "operatorname", "mathsf", "mathit", "mathop"}
    return (
        upright and word.isalpha() and 1 < len(word) <= LONGEST_NAME and word.lower() not in _PROSE
    )


_PROSE: Final = frozenset(
    "if for and or where with when else such that so is of in to on as by then from all "
    "hence".split()
)


_Reader = Callable[[_Scanner, str, str, int, tuple[int, int]], int]

_READERS: Final[dict[str, _Reader]] = {
    **dict.fromkeys(alphabet.WRAPPERS, _Scanner._wrapper),
    **dict.fromkeys(("arg", "not", "xrightarrow"), _Scanner._rare),
    **dict.fromkeys(_CLASSES, _Scanner._class),
    **dict.fromkeys(_STACKED, _Scanner._stacked),
    **dict.fromkeys(alphabet.FONTS, _Scanner._font),
    **dict.fromkeys(alphabet.TEXTS, _Scanner._text),
    **dict.fromkeys(("begin", "end"), _Scanner._environment),
}
"""Commands that take arguments, and what takes them in."""


def _meanings() -> dict[str, tuple[Kind, str]]:
    """Kind and canonical name of every command that stands for itself."""
    known = {
        name: (Kind.ACCENT, name.replace("wide", "").replace("overline", "bar"))
        for name in alphabet.ACCENTS
    }
    known |= dict.fromkeys(alphabet.DOTS, (Kind.DOTS, "…"))
    known |= {
        name: (Kind.WORD, name) for name in (*alphabet.FUNCTIONS, *alphabet.BIG, *alphabet.ASK)
    }
    known |= {name: (Kind.NAME, name) for name in alphabet.GREEK}
    known |= {name: (Kind.NAME, letter) for name, letter in alphabet.SAME_LETTER.items()}
    known |= {name: (Kind.ARROW, sign) for name, sign in alphabet.ARROWS.items()}
    known |= {name: (Kind.RELATION, sign) for name, sign in alphabet.RELATIONS.items()}
    known |= {name: (Kind.OPERATOR, sign) for name, sign in alphabet.OPERATORS.items()}
    known |= {name: (Kind.COMMAND, "frac" if name.endswith("frac") else name) for name in _MEANT}
    return known | _PAIRS


_MEANING: Final = _meanings()


def _behind_command(match: re.Match[str]) -> int:
    r"""The end of a command; a star belongs to \operatorname*, but not to \theta*."""
    starred = match[0].endswith("*") and match["command"] in _MEANING
    return match.end() - 1 if starred else match.end()


def _meaning(name: str, here: tuple[int, int]) -> tuple[Kind, str]:
    """Kind and canonical name of a command.

    Raises:
        Unreadable: it is not known.
    """
    found = _MEANING.get(name)
    if found is None and len(name) == 1:
        found = (Kind.NAME, name)
    if found is None:
        raise Unreadable(f"the command \\{name} is not known", here[0])
    return found


_JOINED: Final = {
    ("arg", "min"): (Kind.WORD, "argmin"), ("arg", "max"): (Kind.WORD, "argmax"),
    ("arg", "inf"): (Kind.WORD, "argmin"), ("arg", "sup"): (Kind.WORD, "argmax"),
    ("not", "="): (Kind.RELATION, "≠"), ("not", "in"): (Kind.RELATION, "∉"),
}  # fmt: skip
_AT_END: Final = re.compile(r"(?:diag|Diag|max|min|ReLU|relu|sin|cos|tan|exp|log|ln|sqrt|rank)$")


def _is_word(run: str) -> bool:
    """Whether letters are the name of a function."""
    return run in alphabet.FUNCTIONS or run in alphabet.BIG or run in alphabet.ASK


def _function_at_end(run: str) -> str:
    """The function that a run of letters ends with, if it is no word by itself."""
    if _is_word(run):
        return ""
    match = _AT_END.search(run)
    return match[0] if match else ""


def _spelled_out(source: str) -> tuple[str, Sequence[int]]:
    """A text with its special characters as LaTeX, and for each character its old offset."""
    if source.isascii():
        return source, range(len(source))
    pieces: list[str] = []
    origin: list[int] = []
    position = 0
    while position < len(source):
        piece, behind = _spelling(source, position)
        pieces.append(piece)
        origin += [position] * len(piece)
        position = behind
    return "".join(pieces), origin


def _spelling(source: str, position: int) -> tuple[str, int]:
    """The LaTeX for what stands at a position, and the position behind it."""
    character = source[position]
    for table, sign in ((alphabet.SUPERSCRIPTS, "^"), (alphabet.SUBSCRIPTS, "_")):
        behind = position
        while behind < len(source) and source[behind] in table:
            behind += 1
        if behind > position:
            content = "".join(table[c] for c in source[position:behind])
            return f"{sign}{{{content}}}", behind
    if character == "√" and (digits := re.compile(r"\d+(?:\.\d+)?").match(source, position + 1)):
        return f"\\sqrt{{{digits[0]}}}", digits.end()
    if source[position + 1 : position + 2] in alphabet.COMBINING and character.isalpha():
        accent = alphabet.COMBINING[source[position + 1]]
        return f"\\{accent}{{{_letter(character)}}}", position + 2
    return alphabet.CHARACTERS.get(character, _letter(character)), position + 1


def _letter(character: str) -> str:
    """A Greek or a mathematical letter by its LaTeX name; other characters as they are."""
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) == 1 and plain.isascii():
        return plain
    name = unicodedata.name(plain[:1], "")
    if name.startswith("GREEK ") and " LETTER " in name:
        word = name.rpartition(" ")[2].lower().replace("lamda", "lambda")
        word = word.capitalize() if "CAPITAL" in name else word
        if word in alphabet.GREEK:
            return f"\\{word} "
    return character


def called(
    macro: Macro, source: str, position: int, here: tuple[int, int] = (0, 0)
) -> tuple[str, int]:
    """What a macro with its arguments at `position` stands for, and where these end.

    Raises:
        Unreadable: an argument is wanting; told to be at `here`.
    """
    arguments = []
    for number in range(macro.arguments):
        if number == 0 and macro.option is not None:
            option, position = _option(source, position)
            arguments.append(macro.option if option is None else option)
        else:
            argument, position = _argument(source, position, here)
            arguments.append(argument)
    return _filled(macro.body, arguments), position


def _filled(body: str, arguments: list[str]) -> str:
    """A macro's body with its arguments in their places; a command before one stays apart."""

    def argument(match: re.Match[str]) -> str:
        number = int(match[2]) - 1
        content = arguments[number] if 0 <= number < len(arguments) else ""
        return f"{match[1]} {content}" if match[1] else content

    return re.sub(r"(\\[A-Za-z]+)?#(\d)", argument, body)


def _argument(source: str, position: int, here: tuple[int, int]) -> tuple[str, int]:
    """The argument of a command: a group without its braces, or one sign."""
    while position < len(source) and source[position].isspace():
        position += 1
    if source[position : position + 1] != "{":
        match = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL).match(source, position)
        if match is None:
            raise Unreadable("a command without its argument", here[0])
        return match[0], match.end()
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(source, position):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return source[position + 1 : match.start()], match.end()
    raise Unreadable("a brace that is never closed", here[0])


def _option(source: str, position: int) -> tuple[str | None, int]:
    match = re.compile(r"\s*\[([^\]]*)\]").match(source, position)
    return (match[1], match.end()) if match else (None, position)
