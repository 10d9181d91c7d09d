r"""What the commands of a LaTeX document say about its headings and lists.

`Walk` passes over them once. Headings, items and calls of macros that print a label become markers;
what class and package authors call problems and parts (``\question``, ``\begin{problem}``,
``\part``) is known by name, what the student defined by its definition.
"""

from __future__ import annotations

import re

from grader.reading.headings import Reading, readings
from grader.reading.lists import COUNTED, LISTS, OpenLists
from grader.reading.macros import Macro, group_end, numeral
from grader.reading.manuscript import Marker, Style, plain
from grader.reading.markup import LEAD
from grader.reading.numbering import SectionNumbers

_COMMAND = re.compile(r"\\([A-Za-z@]+)(\*?)")
_OPTION = re.compile(r"\s*\[([^\[\]\n]{0,300}(?:\[[^\[\]\n]{0,80}\][^\[\]\n]{0,80})?)\]")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_SECTIONS = frozenset("chapter section subsection subsubsection paragraph subparagraph".split())
_STANDS_FOR = re.compile(
    rf"\\(?:begin\s*\{{)?({'|'.join(sorted(COUNTED))}|itemize)(?![A-Za-z])|\\(item)(?![A-Za-z])"
)
_PROBLEM = re.compile(
    r"(?:home)?(?:work)?(?:hw)?(?:problem|prob|question|ques|qn|exercise|exer|titledquestion)",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:(?:sub|hw|prob|q|p)?part|sub(?:problem|question|prob|ques))", re.IGNORECASE)
_SOLUTION = re.compile(r"(?:my)?(?:solution|soln?|answer|ans|proof)", re.IGNORECASE)


class Walk:
    """One pass over the commands outside of formulas and programs.

    Attributes:
        markers: headings, item labels, calls of macros that print a label.
        starts: offsets behind them, where another label may stand.
        items: from where to where each list item reaches.
    """

    def __init__(self, mask: str, macros: dict[str, Macro], preamble: str) -> None:
        self.markers: list[Marker] = []
        self.starts: list[tuple[int, Style]] = []
        self._mask, self._macros = mask, macros
        self._lists = OpenLists(preamble)
        self._numbers = SectionNumbers(preamble)
        self._problems = self._parts = 0
        for match in _COMMAND.finditer(mask):
            self._command(match[1], match.start(), match.end(), starred=bool(match[2]))
        self._lists.end_all(len(mask))
        self.items = self._lists.items

    def _command(self, name: str, start: int, end: int, *, starred: bool) -> None:
        if name in {"begin", "end"}:
            self._environment(name, start, end)
        elif name in {"def", "renewcommand", "setcounter", "addtocounter"}:
            self._lists.relabel(self._mask, start)
        elif name in {"item", "task"} and self._lists:
            self._item(start, end)
        elif name in _SECTIONS:
            self._section(name, start, end, numbered=not starred)
        elif name in self._macros:
            self._own(name, start, end)
        else:
            self._named(name, start, end, option_is_points=True)

    # --------------------------------------------------------- environments, items, headings

    def _environment(self, edge: str, start: int, end: int) -> None:
        match = _ENVIRONMENT.match(self._mask, end)
        if match is None:
            return
        name, end = self._meant(match[1]), match.end()
        if edge == "end":
            self._lists.end(name, start)
        elif name == "item" and self._lists:
            self._item(start, end)
        elif name in self._macros:
            self._own(name, start, end)
        elif name in LISTS:
            self._list(name, end)
        else:
            self._named(name, start, end, option_is_points=False)

    def _meant(self, environment: str) -> str:
        """The list or item that an environment of the student's own stands for, or itself."""
        macro = self._macros.get(environment)
        match = _STANDS_FOR.search(macro.body) if macro else None
        return match[1] or match[2] if match else environment

    def _list(self, name: str, end: int) -> None:
        option = _OPTION.match(self._mask, end)
        self._lists.begin(name, option[1] if option else "")
        self.starts.append((option.end() if option else end, Style.LINE))
        if name == "parts":
            self._parts = 0

    def _item(self, start: int, end: int) -> None:
        label = self._lists.item(start)
        if option := _OPTION.match(self._mask, end):
            if label is not None:
                self._lists.take_back()
            end, label = option.end(), plain(option[1])
        if label:
            self.markers.append(Marker(start, end, label, Style.ITEM, whole=True))
        self.starts.append((end, Style.LINE if label else Style.ITEM))

    def _section(self, name: str, start: int, end: int, *, numbered: bool) -> None:
        option = _OPTION.match(self._mask, end)
        brace = option.end() if option else end
        brace += len(self._mask[brace : brace + 80]) - len(self._mask[brace : brace + 80].lstrip())
        close = group_end(self._mask, brace)
        if close is not None:
            title = plain(self._mask[brace : close - 1])
            label = self._numbers.label(name, title) if numbered else title
            self._add(start, close, label, Style.HEADING)

    def _add(self, start: int, end: int, label: str, style: Style) -> None:
        self.markers.append(Marker(start, end, label, style, whole=True))
        self.starts.append((end, Style.LINE))
        meanings = readings(label, whole=True)
        if any(meaning.problem and not meaning.letters for meaning in meanings):
            self._parts = 0

    # --------------------------------------------------------- macros made for headings

    def _own(self, name: str, start: int, end: int) -> None:
        """A use of the student's own macro: a heading, if what it prints reads like one."""
        macro = self._macros[name]
        option = _OPTION.match(self._mask, end) if macro.has_option else None
        given = option[1].strip() if option else ""
        groups, behind = self._groups(
            option.end() if option else end, macro.arguments - macro.has_option
        )
        arguments = [given, *groups] if macro.has_option else groups
        meaning = next(iter(readings(plain(macro.rendered(arguments, 1)), whole=True)), None)
        if meaning is None:
            self._named(name, start, end, option_is_points=True)
        elif self._opens_line(start):
            number = self._counted(meaning, int(given) if given in set("1234") else None)
            style = Style.HEADING if macro.is_heading or meaning.problem else Style.BOLD
            self._add(start, behind, plain(macro.rendered(arguments, number)), style)

    def _counted(self, meaning: Reading, given: int | None) -> int:
        """The number of this use of a macro among those that mean the same."""
        if meaning.problem:
            self._problems = given or self._problems + 1
            return self._problems
        self._parts += bool(meaning.letters)
        return max(self._parts, 1)

    def _named(self, name: str, start: int, end: int, *, option_is_points: bool) -> None:
        """A command or environment that some class or package defines for homework."""
        option = _OPTION.match(self._mask, end)
        is_problem = _PROBLEM.fullmatch(name) is not None
        if _SOLUTION.fullmatch(name):
            label = _first_label(option[1] if option else "")
            if label or not name.lower().endswith("proof"):
                self._add(
                    start, option.end() if option else end, label or "Solution", Style.HEADING
                )
        elif is_problem or (_PART.fullmatch(name) and not self._lists.are_inside("subparts")):
            (argument,), end = self._groups(option.end() if option else end, 1)
            self._problems += is_problem
            self._parts += not is_problem
            word = "Problem" if is_problem else "Part"
            number = str(self._problems) if is_problem else numeral(self._parts, "alph")
            candidates = [argument]
            if option and not option_is_points:
                candidates.insert(0, option[1])
            label = _first_label(*candidates, word=word) or f"{word} {number}"
            self._add(start, end, label, Style.HEADING)

    def _groups(self, end: int, number: int) -> tuple[list[str], int]:
        """So many arguments in braces, empty where they are missing, and the offset behind them."""
        groups = []
        for _ in range(number):
            close = group_end(self._mask, end)
            groups.append(self._mask[end + 1 : close - 1] if close else "")
            end = close or end
        return groups, end

    def _opens_line(self, offset: int) -> bool:
        line_start = self._mask.rfind("\n", 0, offset) + 1
        lead = LEAD.match(self._mask, line_start)
        return lead is not None and lead.end() >= offset


def _first_label(*candidates: str, word: str = "") -> str | None:
    """The first argument that is a label, alone (“Problem 2”) or behind the word (“2”)."""
    for candidate in filter(None, map(plain, candidates)):
        for label in (candidate, f"{word} {candidate}"):
            if any(True for _ in readings(label, whole=True)):
                return label
    return None
