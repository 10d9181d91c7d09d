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
from grader.reading.openings import MAX_LABEL

_COMMAND = re.compile(r"\\([A-Za-z@]+)(\*?)")
_OPTION = re.compile(r"\s*\[([^\[\]\n]{0,300}(?:\[[^\[\]\n]{0,80}\][^\[\]\n]{0,80})?)\]")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_SECTIONS = "chapter section subsection subsubsection paragraph subparagraph".split()
_STANDS_FOR = re.compile(
    rf"\\(?:begin\s*\{{)?({'|'.join(sorted(COUNTED))}|itemize|list|trivlist)(?![A-Za-z])|\\(item)(?![A-Za-z])"
)
_PROBLEM = re.compile(
    r"(?:home)?(?:work)?(?:hw)?(?:problem|prob|question|ques|qn|exercise|exer|titledquestion"
    r"|aufgabe|problema|ejercicio|exercice|esercizio|problème)",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:(?:sub|hw|prob|q|p)?part|sub(?:problem|question|prob|ques)|teil(?:aufgabe)?|apartado)",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"(?:my)?(?:solution|soln?|answer|ans|proof|loesung|solucion|soluzione|corrige)", re.IGNORECASE
)
_TITLE_OPTION = re.compile(r"(?:^|,)\s*(?:frame)?title\s*=\s*(\{[^{}]*\}|[^,\]]*)")
_PRINTS_ELSEWHERE = frozenset(
    "label ref eqref autoref nameref cref cite href hyperref title author date caption footnote "
    "lhead chead rhead lfoot cfoot rfoot fancyhead fancyfoot ihead ohead markright markboth input "
    "include tag text mbox textcolor color hspace vspace newcommand renewcommand usepackage".split()
)
"""Commands whose argument is no heading, whatever it says."""

UNMISTAKABLE = 1.0
"""What an argument of an unknown command has to weigh to be a label: “(b)”, “Problem 2”."""


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
        self._inside: list[str] = []  # environments for problems that are open
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
        elif _is_known(name):
            self._named(name, start, end, option_is_points=True)
        elif name not in _PRINTS_ELSEWHERE and self._mask.startswith("{", end):
            (argument,), behind = self._groups(end, 1)
            self._labelled(start, behind, argument)

    # --------------------------------------------------------- environments, items, headings

    def _environment(self, edge: str, start: int, end: int) -> None:
        match = _ENVIRONMENT.match(self._mask, end)
        if match is None:
            return
        name, end = self._meant(match[1]), match.end()
        if edge == "end":
            if name in self._inside:
                self._inside.remove(name)
            self._lists.end(name, start)
        elif name == "item" and self._lists:
            self._item(start, end)
        elif name in self._macros:
            self._own(name, start, end)
        elif name in LISTS:
            self._list(name, end)
        elif _is_known(name):
            self._named(name, start, end, option_is_points=False)
        else:
            self._framed(start, end)

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
            self._add(start, close, label, Style.HEADING, _SECTIONS.index(name) + 1)

    def _add(self, start: int, end: int, label: str, style: Style, level: int = 0) -> None:
        self.markers.append(Marker(start, end, label, style, whole=True, level=level))
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
        is_problem = _PROBLEM.fullmatch(name) is not None and not self._is_part(name)
        if is_problem and not option_is_points:
            self._inside.append(name)
        if _SOLUTION.fullmatch(name):
            label = _first_label(option[1] if option else "")
            if label or not name.lower().endswith("proof"):
                self._add(
                    start, option.end() if option else end, label or "Solution", Style.HEADING
                )
        elif is_problem or self._is_part(name):
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

    def _is_part(self, name: str) -> bool:
        r"""Whether a command opens a part; ``\Question`` does inside of ``\begin{Exercise}``."""
        if _PROBLEM.fullmatch(name):
            return bool(self._inside) and name not in self._inside
        return _PART.fullmatch(name) is not None and not self._lists.are_inside("subparts")

    def _framed(self, start: int, end: int) -> None:
        """An environment that nobody here knows: its option, title or arguments may be a label."""
        option = _OPTION.match(self._mask, end)
        (first, second), behind = self._groups(option.end() if option else end, 2)
        given = option[1] if option else ""
        title = _TITLE_OPTION.search(given)
        candidates = [title[1] if title else given, f"{first} {second}", first]
        self._labelled(start, behind if first else option.end() if option else end, *candidates)

    def _labelled(self, start: int, end: int, *candidates: str) -> None:
        """Something that opens a line and whose argument is, beyond doubt, a label."""
        for candidate in map(plain, candidates):
            meanings = readings(candidate, whole=True) if 0 < len(candidate) <= MAX_LABEL else ()
            best = max(meanings, key=lambda meaning: meaning.weight, default=None)
            if best and best.weight >= UNMISTAKABLE and self._opens_line(start):
                self._add(start, end, candidate, Style.HEADING if best.problem else Style.BOLD)
                return

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


def _is_known(name: str) -> bool:
    """Whether class and package authors use this name for a problem, a part or a solution."""
    return any(known.fullmatch(name) for known in (_PROBLEM, _PART, _SOLUTION))


def _first_label(*candidates: str, word: str = "") -> str | None:
    """The first argument that is a label, alone (“Problem 2”) or behind the word (“2”)."""
    for candidate in filter(None, map(plain, candidates)):
        for label in (candidate, f"{word} {candidate}"):
            if any(True for _ in readings(label, whole=True)):
                return label
    return None
