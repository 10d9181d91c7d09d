r"""Source of a formula → tokens with the place where each stands.

One scanner for LaTeX and for mathematics in plain Unicode: characters such as ``λ``, ``ᵀ`` or
``≤`` are read as the LaTeX that they stand for. Fonts, spacing and sizes are dropped. The
student's own macros are expanded as text, as TeX does, under limits; whatever stems from a macro
has the place of its call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
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


class Kind(Enum):
    """What sort of sign a token is."""

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
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"|(?P<letters>[A-Za-z]+)"
    r"|(?P<relation>:=|<=|>=|=>|==|!=|->|<-|[=<>])"
    r"|(?P<other>.)",
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
    "frac dfrac tfrac cfrac sqrt partial nabla boxed underbrace overbrace stackrel overset "
    "underset substack lim binom xrightarrow not fbox grad mathbin mathrel mathord".split()
)
"""Commands that the parser knows by name."""

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
    return tuple(scanner.tokens)


class _Scanner:
    def __init__(self, macros: Macros) -> None:
        self.tokens: list[Token] = []
        self._macros = macros
        self._depth = 0

    def scan(self, source: str, place: tuple[int, int] | None) -> None:
        """Add the tokens of a text; with `place`, all of them stand there."""
        source, origin = _spelled_out(source)
        position = 0
        while position < len(source):
            match = _SIGN.match(source, position)
            assert match is not None  # the last alternative takes any character
            here = place or (origin[match.start()], origin[match.end() - 1] + 1)
            position = self._sign(source, match, here)
            if len(self.tokens) > MAX_TOKENS:
                raise TooMuch(f"the formula has more than {MAX_TOKENS:,} signs", here[0])

    def _add(self, kind: Kind, text: str, here: tuple[int, int]) -> None:
        self.tokens.append(Token(kind, text, *here))

    def _sign(self, source: str, match: re.Match[str], here: tuple[int, int]) -> int:
        """Take in one sign; the offset at which the next one begins."""
        if match["command"]:
            return self._command(source, match["command"], match.end(), here)
        if match["escaped"]:
            self._escaped(match["escaped"], here)
        elif match["newline"]:
            self._add(Kind.NEWLINE, "", here)
        elif match["dots"]:
            self._add(Kind.DOTS, "…", here)
        elif match["number"]:
            self._add(Kind.NUMBER, match["number"], here)
        elif match["letters"]:
            self._letters(match["letters"], here, source[match.end() : match.end() + 1])
        elif match["relation"]:
            self._relation(match["relation"], here)
        elif match["other"]:
            self._other(match["other"], here)
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
        name = {":=": "≔", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "->": "→", "<-": "←"}
        if sign == "=>":
            self._add(Kind.ARROW, "⇒", here)
        else:
            self._add(Kind.RELATION, name.get(sign, sign), here)

    def _other(self, sign: str, here: tuple[int, int]) -> None:
        if sign in _DELIMITERS:
            self._add(_DELIMITERS[sign], sign, here)
        elif sign in alphabet.OPERATORS:
            self._add(Kind.OPERATOR, alphabet.OPERATORS[sign], here)
        elif sign == "|":
            self._bar(here)
        elif sign in ",;:":
            self._add(Kind.SEPARATOR, sign, here)
        elif sign in ".!?":
            self._add(Kind.SEPARATOR, ".", here)
        elif sign not in '~$"`%#':
            raise Unreadable(f"the character {sign!r} is not known", here[0])

    def _bar(self, here: tuple[int, int]) -> None:
        before = self.tokens[-1] if self.tokens else None
        if before and before[:2] == (Kind.BAR, "|") and before.end == here[0]:
            self.tokens[-1] = Token(Kind.BAR, "‖", before.start, here[1])
        else:
            self._add(Kind.BAR, "|", here)

    def _letters(self, run: str, here: tuple[int, int], following: str) -> None:
        """One word, or as many names as there are letters: tr_1 is t r_1, and no trace."""
        is_product = len(run) == 2 and following == "_"
        if run in alphabet.GREEK:
            self._add(Kind.NAME, run, here)
        elif (
            (run in alphabet.FUNCTIONS and not is_product)
            or run in alphabet.BIG
            or run in alphabet.ASK
        ):
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

    # ------------------------------------------------------------ commands

    def _command(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        if name in self._macros:
            return self._expanded(source, name, position, here)
        if name in {"begin", "end"}:
            return self._environment(source, name, position, here)
        if name in alphabet.TEXTS:
            return self._text(source, name, position, here)
        if name in alphabet.FONTS:
            return self._font(source, name, position, here)
        if name == "xrightarrow":
            _, position = _option(source, position)
            _, position = _argument(source, position, here)
            self._add(Kind.RELATION, "→", here)
            return position
        if name in alphabet.WRAPPERS:
            if name.endswith("intertext"):
                self._add(Kind.TEXT, "", here)
            for _ in range(alphabet.WRAPPERS[name]):
                _, position = _argument(source, position, here)
            return position
        if name not in alphabet.SWITCHES and name not in alphabet.SPACES:
            self._add(*_meaning(name, here), here)
        elif name in {"left", "right"} and source[position : position + 1] == ".":
            position += 1
        elif name in {"left", "right"} and source[position : position + 1] == "|":
            self._add(Kind.BAR, "|(" if name == "left" else "|)", here)
            position += 1
        elif name in {"left", "right"} and source[position : position + 2] == r"\|":
            self._add(Kind.BAR, "‖(" if name == "left" else "‖)", here)
            position += 2
        return position

    def _expanded(self, source: str, name: str, position: int, here: tuple[int, int]) -> int:
        macro = self._macros[name]
        if self._depth >= MAX_EXPANSION:
            raise TooMuch(f"\\{name} expands into itself, or too deeply", here[0])
        arguments = []
        for number in range(macro.arguments):
            if number == 0 and macro.option is not None:
                option, position = _option(source, position)
                arguments.append(macro.option if option is None else option)
            else:
                argument, position = _argument(source, position, here)
                arguments.append(argument)
        body = _filled(macro.body, arguments)
        if len(body) > MAX_SOURCE:
            raise TooMuch(f"\\{name} expands to {len(body):,} characters", here[0])
        self._depth += 1
        self.scan(f"{body} " if body[-1:].isalpha() else body, here)
        self._depth -= 1
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
        elif "\\" in content and name in {"mathrm", "textbf", "operatorname", "fbox", "underline"}:
            self.scan(content, here)
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


def _meaning(name: str, here: tuple[int, int]) -> tuple[Kind, str]:
    """Kind and canonical name of a command.

    Raises:
        Unreadable: it is not known.
    """
    if name in _PAIRS:
        return _PAIRS[name]
    for kind, table in (
        (Kind.OPERATOR, alphabet.OPERATORS),
        (Kind.RELATION, alphabet.RELATIONS),
        (Kind.ARROW, alphabet.ARROWS),
    ):
        if name in table:
            return kind, table[name]
    letter = alphabet.SAME_LETTER.get(name, name)
    if letter in alphabet.GREEK or len(letter) == 1:
        return Kind.NAME, letter
    if name in alphabet.FUNCTIONS or name in alphabet.BIG or name in alphabet.ASK:
        return Kind.WORD, name
    if name in alphabet.DOTS:
        return Kind.DOTS, "…"
    if name in alphabet.ACCENTS:
        return Kind.ACCENT, name.replace("wide", "").replace("overline", "bar")
    if name in _MEANT:
        return Kind.COMMAND, name.lstrip("dtc") if name.endswith("frac") else name
    raise Unreadable(f"the command \\{name} is not known", here[0])


def _spelled_out(source: str) -> tuple[str, list[int]]:
    """A text with its special characters as LaTeX, and for each character its old offset."""
    if source.isascii():
        return source, list(range(len(source)))
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


def _filled(body: str, arguments: list[str]) -> str:
    """A macro's body with its arguments in their places; a command before one stays apart from it."""

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
