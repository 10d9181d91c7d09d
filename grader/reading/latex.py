"""LaTeX source → `Manuscript`.

A scanner, not a parser: students' LaTeX need not compile, and a parser that trusts every brace and
dollar loses the rest of the document with the first one that is missing. (pylatexenc, tried first,
does that, and needs more time than a whole submission may take.) Comments go, listings and formulas
are painted over; the commands that remain say where headings, items and paragraphs begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from textwrap import dedent

from grader.reading.enumerations import (
    DEFAULTS,
    counted_to,
    document_formats,
    first_number,
    label_format,
    printed,
    redefined_format,
)
from grader.reading.headings import Reading, readings
from grader.reading.macros import Macro, definitions, group_end, numeral
from grader.reading.manuscript import (
    CODE,
    CodeBlock,
    Manuscript,
    Marker,
    Slip,
    Span,
    Style,
    arranged,
    painted,
    plain,
)
from grader.reading.mathspans import Seeker, math_spans
from grader.reading.openings import Syntax, openings

LISTINGS = frozenset(
    "verbatim Verbatim BVerbatim lstlisting minted alltt pyverbatim python pythoncode".split()
)
"""Environments whose content is shown as it stands."""

MAX_LISTS = 20
"""Lists within lists; LaTeX itself stops at six."""

_LITERAL = re.compile(
    r"\\begin\s*\{(?P<listing>[A-Za-z]+)\*?\}|\\(?P<inline>verb|lstinline|mintinline)(?![A-Za-z])\*?"
    r"|\\(?P<off>iffalse)(?![A-Za-z])|\\.|(?P<comment>%)",
    re.DOTALL,
)
_LISTING_OPTIONS = re.compile(r"[ \t]*(\[[^\]]{0,400}\])?[ \t]*(\{[^}\n]{0,80}\})?[ \t]*\n?")
_INLINE_LISTING = re.compile(
    r"(?:\[[^\]\n]{0,200}\])?(?:\{[a-z]+\}(?=[{|!+]))?(?:\{[^{}\n]{0,400}\}|([^A-Za-z\s{])[^\n]*?\1)"
)
_FI = re.compile(r"\\fi(?![A-Za-z])")
_INCLUDED = re.compile(
    r"\\(?P<how>input|include|subfile|import|lstinputlisting|inputminted|verbatiminput)(?![A-Za-z])"
    r"\s*(?:\[[^\]\n]{0,200}\])?(?P<arguments>(?:\{[^{}\n]{0,400}\}|[ ][\w./-]+)+)"
)


def read(file: str, text: str) -> Manuscript:
    """Find everything in a LaTeX file that may open a part.

    Args:
        file: its path, for messages.
        text: its content.
    """
    text, blocks = _without_comments(text)
    body, end = _body(text)
    text = text[:end]
    macros = definitions(text)
    hidden = [Span(0, body, " ")]
    hidden += [Span(macro.start, macro.end, " ") for macro in macros.values()]
    hidden += [Span(block.start, block.end, CODE) for block in blocks if block.end <= end]
    mask = painted(text, hidden)
    mask = painted(mask, math_spans(mask))
    walk = _Walk(mask, macros, document_formats(text[:body]))
    markers = chain(walk.markers, openings(mask, SYNTAX, walk.starts))
    return Manuscript(
        file=file,
        kind="latex",
        text=text,
        mask=mask,
        markers=arranged(markers, walk.items),
        blocks=tuple(block for block in blocks if block.end <= end),
        slips=tuple(_included(mask)),
        preamble=body,
    )


# ------------------------------------------------------------- comments, listings, the body


def _without_comments(text: str) -> tuple[str, list[CodeBlock]]:
    """The text with comments blanked, and its listings (in which ``%`` is no comment)."""
    comments: list[Span] = []
    blocks: list[CodeBlock] = []
    seeker = Seeker(text)
    position = 0
    while match := _LITERAL.search(text, position):
        position = match.end()
        if match["comment"]:
            position = seeker.find("\n", position)
            comments.append(Span(match.start(), position, " "))
        elif match["inline"]:
            inline = _INLINE_LISTING.match(text, position)
            if inline:
                position = inline.end()
                blocks.append(CodeBlock(match.start(), position, 0, "inline", ""))
        elif match["off"]:
            closing = _FI.search(text, position)
            position = closing.end() if closing else len(text)
            comments.append(Span(match.start(), position, " "))
        elif match["listing"] in LISTINGS or match["listing"] == "comment":
            position = _listing(text, match, seeker, comments, blocks)
    return painted(text, comments), blocks


def _listing(
    text: str,
    opener: re.Match[str],
    seeker: Seeker,
    comments: list[Span],
    blocks: list[CodeBlock],
) -> int:
    """Note a listing (or the environment ``comment``); the offset at which to go on."""
    name = opener[0][opener[0].index("{") + 1 : -1]
    closer = f"\\end{{{name}}}"
    closing = seeker.find(closer, opener.end())
    if closing == len(text):  # never closed: read on as if it were text
        return opener.end()
    end = closing + len(closer)
    if name == "comment":
        comments.append(Span(opener.start(), end, " "))
        return end
    options = _LISTING_OPTIONS.match(text, opener.end(), closing)
    start = options.end() if options else opener.end()
    language = f"{options[1] or ''} {options[2] or ''}" if options else ""
    first_line = text.count("\n", 0, start) + 1
    code = dedent(text[start:closing]).rstrip() + "\n"
    blocks.append(CodeBlock(opener.start(), end, first_line, language.lower(), code))
    return end


def _body(text: str) -> tuple[int, int]:
    """From where to where the document is typeset; all of it when it has no frame."""
    begin = text.find(r"\begin{document}")
    end = text.find(r"\end{document}", max(begin, 0))
    return (
        begin + len(r"\begin{document}") if begin >= 0 else 0,
        end if end >= 0 else len(text),
    )


def _included(mask: str) -> Iterator[Slip]:
    for match in _INCLUDED.finditer(mask):
        name = re.split(r"[{}\s]+", match["arguments"].strip("{} "))[-1]
        code = "listing" if match["how"] in {"lstinputlisting", "inputminted"} else "input"
        yield Slip(code, match.start(), name)


# ------------------------------------------------------------- headings, lists, macros

_SIZES = "tiny small normalsize large Large LARGE huge Huge bf bfseries it itshape sc scshape sf em"
_TYPEFACES = "textbf textit emph underline uline textsc textsf texttt textrm fbox framebox text"
_SPACES = (
    "noindent indent medskip bigskip smallskip newpage clearpage pagebreak newline par quad qquad "
    "centering hfill vfill hrule null maketitle tableofcontents raggedright leavevmode item"
)
_FRAMES = (
    "center flushleft flushright quote quotation framed mdframed tcolorbox minipage small large"
)


def _any_of(names: str) -> str:
    return "(?:" + "|".join(names.split()) + ")(?![A-Za-z])"


_LEAD = re.compile(
    rf"(?:[ \t\n~]|\\(?:{_any_of(_SPACES)}|{_any_of(_SIZES)}(?!\s*\{{))"
    r"|\\\\(?:\[[^\]\n]{0,200}\])?|\\[ ,;!>]"
    r"|\\(?:vspace|hspace|vskip|label|setcounter|addtocounter|phantomsection|needspace)"
    r"(?![A-Za-z])\*?(?:\{[^{}\n]{0,400}\})*"
    rf"|\\begin\{{{_any_of(_FRAMES)}\}}(?:\[[^\]\n]{{0,200}}\]|\{{[^{{}}\n]{{0,400}}\}})*)*"
)
_EMPHASIS = re.compile(
    rf"\\(?:{_any_of(_TYPEFACES)}|{_any_of(_SIZES)})\s*\{{|\{{\s*(?:\\{_any_of(_SIZES)}\s*)+"
)
_FURNITURE = re.compile(
    r"\s*(?:\\(?:begin|end|(?:sub)*section|(?:sub)?paragraph|chapter)(?![A-Za-z]).*"
    r"|(?:\\[A-Za-z]+\*?(?:\[[^\]]{0,200}\])?(?:\{[^{}]{0,400}\})*[\s{}]*)*|[^\w\ue000-\ue002]*)"
)


def _emphasis(mask: str, offset: int) -> tuple[int, int, int] | None:
    match = _EMPHASIS.match(mask, offset)
    end = group_end(mask, mask.index("{", offset)) if match else None
    return (match.end(), end - 1, end) if match and end else None


SYNTAX = Syntax(lead=_LEAD, emphasis=_emphasis, furniture=_FURNITURE)

_COMMAND = re.compile(r"\\([A-Za-z@]+)\*?")
_OPTION = re.compile(r"\s*\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?)\]")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_SECTIONS = frozenset("chapter section subsection subsubsection paragraph subparagraph".split())
_LISTS = frozenset(
    "enumerate itemize description compactenum compactitem asparaenum inparaenum tasks parts "
    "subparts questions".split()
)
_COUNTED_LISTS = frozenset("enumerate compactenum asparaenum inparaenum tasks".split())
_STANDS_FOR = re.compile(
    rf"\\(?:begin\s*\{{)?({_any_of(' '.join(sorted(_COUNTED_LISTS)))}|itemize)|\\(item)(?![A-Za-z])"
)
_PROBLEM_NAME = re.compile(
    r"(?:home)?(?:work)?(?:hw)?(?:problem|prob|question|ques|qn|exercise|exer|titledquestion)",
    re.IGNORECASE,
)
_PART_NAME = re.compile(
    r"(?:(?:sub|hw|prob|q|p)?part|sub(?:problem|question|prob|ques))", re.IGNORECASE
)
_SOLUTION_NAME = re.compile(r"(?:my)?(?:solution|soln?|answer|ans)", re.IGNORECASE)


class _List:
    """A list that is open: how its items are labelled, and where the present one began."""

    def __init__(self, name: str, label: str | None, number: int) -> None:
        self.name, self.label, self.number = name, label, number
        self.item: int | None = None


class _Walk:
    """One pass over the commands outside of formulas.

    Attributes:
        markers: headings, item labels, calls of heading macros.
        starts: offsets behind them, where another label may stand.
        items: from where to where each list item reaches.
    """

    def __init__(self, mask: str, macros: dict[str, Macro], formats: dict[int, str]) -> None:
        self.markers: list[Marker] = []
        self.starts: list[tuple[int, Style]] = []
        self.items: list[tuple[int, int]] = []
        self._mask, self._macros, self._formats = mask, macros, formats
        self._lists: list[_List] = []
        self._problems = self._parts = 0
        for match in _COMMAND.finditer(mask):
            self._command(match[1], match.start(), match.end())
        while self._lists:
            self._close_list(len(mask))

    def _command(self, name: str, start: int, end: int) -> None:
        if name in {"begin", "end"}:
            environment = _ENVIRONMENT.match(self._mask, end)
            if environment and name == "begin":
                self._begin(self._meant(environment[1]), start, environment.end())
            elif environment:
                self._end_list(self._meant(environment[1]), start)
        elif name in {"def", "renewcommand", "setcounter", "addtocounter"}:
            self._relabel(start)
        elif name in {"item", "task"} and self._lists:
            self._item(start, end)
        elif name in _SECTIONS:
            self._section(start, end)
        elif name in self._macros:
            self._own_macro(name, start, end)
        else:
            self._named(name, start, end, counts_points=True)

    def _meant(self, environment: str) -> str:
        """The list or item that an environment of the student's own stands for, or itself."""
        macro = self._macros.get(environment)
        match = _STANDS_FOR.search(macro.body) if macro else None
        return match[1] or match[2] if match else environment

    def _relabel(self, start: int) -> None:
        """Labels that are redefined inside of a list, as pandoc does; they hold for this list."""
        counted = [open_list for open_list in self._lists if open_list.name in _COUNTED_LISTS]
        if counted:
            counted[-1].number = counted_to(self._mask, start, counted[-1].number)
        if redefined := redefined_format(self._mask, start):
            depth, label = redefined
            if depth <= len(counted):
                counted[depth - 1].label = label
            else:
                self._formats[depth] = label

    def _begin(self, name: str, start: int, end: int) -> None:
        if name == "item" and self._lists:
            self._item(start, end)
        elif name in self._macros:
            self._own_macro(name, start, end)
        elif name in _LISTS:
            self._begin_list(name, end)
        else:
            self._named(name, start, end, counts_points=False)

    def _begin_list(self, name: str, end: int) -> None:
        option = _OPTION.match(self._mask, end)
        options = option[1] if option else ""
        label = None
        if name in _COUNTED_LISTS:
            depth = sum(1 for open_list in self._lists if open_list.name in _COUNTED_LISTS) + 1
            default = self._formats.get(depth, DEFAULTS[min(depth, 4) - 1])
            label = label_format(options) or default
        elif name == "parts":
            self._parts = 0
        if len(self._lists) < MAX_LISTS:
            self._lists.append(_List(name, label, first_number(options) - 1))
        self.starts.append((option.end() if option else end, Style.LINE))

    def _end_list(self, name: str, offset: int) -> None:
        if any(open_list.name == name for open_list in self._lists):
            while self._close_list(offset) != name:
                pass

    def _close_list(self, offset: int) -> str:
        closed = self._lists.pop()
        if closed.item is not None:
            self.items.append((closed.item, offset))
        return closed.name

    def _item(self, start: int, end: int) -> None:
        innermost = self._lists[-1]
        if innermost.item is not None:
            self.items.append((innermost.item, start))
        innermost.item = start
        label = None
        if option := _OPTION.match(self._mask, end):
            end, label = option.end(), plain(option[1])
        elif innermost.label is not None:
            innermost.number += 1
            label = printed(innermost.label, innermost.number)
        if label:
            self.markers.append(Marker(start, end, label, Style.ITEM, whole=True))
        self.starts.append((end, Style.LINE if label else Style.ITEM))

    def _section(self, start: int, end: int) -> None:
        option = _OPTION.match(self._mask, end)
        brace = _skip_space(self._mask, option.end() if option else end)
        close = group_end(self._mask, brace)
        if close is not None:
            self._add(start, close, plain(self._mask[brace : close - 1]), Style.HEADING)

    def _add(self, start: int, end: int, label: str, style: Style) -> None:
        self.markers.append(Marker(start, end, label, style, whole=True))
        self.starts.append((end, Style.LINE))
        meanings = list(readings(label, whole=True))
        if any(meaning.problem and not meaning.letters for meaning in meanings):
            self._parts = 0

    def _own_macro(self, name: str, start: int, end: int) -> None:
        """A call of the student's own macro: a heading, if its text reads like one."""
        macro = self._macros[name]
        option = _OPTION.match(self._mask, end) if macro.has_option else None
        arguments, behind = self._arguments(
            option.end() if option else end, macro.arguments - macro.has_option
        )
        if macro.has_option:
            arguments.insert(0, option[1] if option else "")
        as_first = list(readings(plain(macro.rendered(arguments, 1)), whole=True))
        if not as_first:
            self._named(name, start, end, counts_points=True)
        elif self._opens_line(start):
            given = option[1].strip() if option else ""
            ordinal = self._counted(as_first[0], int(given) if given in set("1234") else None)
            style = Style.HEADING if macro.is_heading or as_first[0].problem else Style.BOLD
            self._add(start, behind, plain(macro.rendered(arguments, ordinal)), style)

    def _counted(self, meaning: Reading, given: int | None) -> int:
        """The number of this use of a macro among those that mean the same."""
        if meaning.problem:
            self._problems = given or self._problems + 1
            return self._problems
        self._parts += bool(meaning.letters)
        return max(self._parts, 1)

    def _named(self, name: str, start: int, end: int, *, counts_points: bool) -> None:
        """A command or environment that some class or package defines for homework."""
        if _SOLUTION_NAME.fullmatch(name):
            self._add(start, end, "Solution", Style.HEADING)
            return
        is_problem = _PROBLEM_NAME.fullmatch(name) is not None
        is_inner = any(open_list.name == "subparts" for open_list in self._lists)
        if is_inner or not (is_problem or _PART_NAME.fullmatch(name)):
            return
        option = _OPTION.match(self._mask, end)
        (argument, *_), end = self._arguments(option.end() if option else end, 1)
        candidates = [argument] if counts_points or not option else [option[1], argument]
        self._problems += is_problem
        self._parts += not is_problem
        word = f"Problem {self._problems}" if is_problem else f"Part {numeral(self._parts, 'alph')}"
        self._add(start, end, _given(word, candidates) or word, Style.HEADING)

    def _arguments(self, end: int, number: int) -> tuple[list[str], int]:
        """So many arguments in braces; empty ones where they are missing."""
        arguments = []
        for _ in range(number):
            close = group_end(self._mask, end)
            arguments.append(self._mask[end + 1 : close - 1] if close else "")
            end = close or end
        return arguments, end

    def _opens_line(self, offset: int) -> bool:
        line_start = self._mask.rfind("\n", 0, offset) + 1
        lead = _LEAD.match(self._mask, line_start)
        return lead is not None and lead.end() >= offset


def _given(word: str, candidates: list[str]) -> str | None:
    """The label that an argument gives, alone (“Problem 2”) or behind the command's word (“2”)."""
    for candidate in map(plain, candidates):
        for label in (candidate, f"{word.split(maxsplit=1)[0]} {candidate}"):
            if candidate and any(True for _ in readings(label, whole=True)):
                return label
    return None


def _skip_space(text: str, offset: int) -> int:
    while offset < len(text) and text[offset].isspace():
        offset += 1
    return offset
