"""What a label may mean: “Problem 2”, “(b)”, “2b”, “Parts (a) and (b)”, “ii.”, “2.”, a title.

`readings` turns the words of a label into every meaning that people give them, each with a weight
for how unmistakable it is. “2.” may head Problem 2, be the second part of a problem, or number a
step of a proof: nothing here decides that; `outline` does, from all labels together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from grader.reading.homework import KEYWORDS, LETTERS, TITLES
from grader.reading.manuscript import PAINT

Naming: TypeAlias = Literal["named", "numbered", "titled", "solution", ""]
"""How a problem is announced: “Problem 2”, “2.”, its title. “Solution” announces an answer."""

Numbering: TypeAlias = Literal["letter", "number", "roman", ""]
"""How the parts of a problem are counted."""


class Reading(NamedTuple):
    """One meaning of a label.

    Attributes:
        problem: the problem that it opens, or 0.
        letters: the parts that it opens; “(a)-(c)” opens three.
        naming: how the problem is announced.
        numbering: how the parts are counted.
        weight: how unmistakable this is, on the scale of `outline`.
        length: how many characters of the label say so; a title or the answer follows.
    """

    problem: int
    letters: str
    naming: Naming
    numbering: Numbering
    weight: float
    length: int


class Form(NamedTuple):
    """A way to write a label, by example, and what it can mean with which weight.

    `closed`: a sentence may begin in the same words (“Problem 2 asks …”), so that at the start of
    a line the label must visibly end. `whole`: too short to be a label unless it stands alone.
    """

    example: str
    pattern: re.Pattern[str]
    meanings: tuple[tuple[Naming, Numbering, float], ...]
    closed: bool = False
    whole: bool = False


NAMED = 3.0
"""The weight of “Problem 2” in so many words."""

MAX_TITLE_WORDS = 8
"""Words before the letter in “Solution of the difference equation (part c)”."""

_ORDINALS = {"one": 1, "two": 2, "three": 3, "four": 4}
_ORDINALS |= {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ORDINALS |= {"一": 1, "二": 2, "三": 3, "四": 4}
_ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}

PROBLEM_WORDS = (
    "problem|question|exercise|task|prob|ques|ex|aufgabe|übung|uebung|problema|ejercicio|pregunta"
    "|exercice|exo|esercizio|domanda|quesito|exercício|questão|soru|opgave|oppgave|uppgift|zadanie"
    "|задача|задание|problème"
)
"""What people call a problem, in the languages of a course's students."""

PART_WORDS = (
    "part|question|problem|item|teil|teilaufgabe|parte|apartado|inciso|literal|partie|punto|lettera"
    "|alínea|delopgave|deluppgift|пункт"
)
SOLUTION_WORDS = (
    "solution|answer|soln?|ans|response|lösung|loesung|antwort|solución|solucion|respuesta"
    "|réponse|reponse|soluzione|risposta|svolgimento|solução|resposta|çözüm|cevap|решение|ответ"
    "|oplossing|løsning|lösning"
)
IDEOGRAPHS = "[题題问問]"

# The building blocks. Patterns are anchored, and no two neighbours can match the same characters.
_BEFORE = (
    r"(?:(?:written )?(?:homework|hw|assignment) ?#?"
    r"(?:2?[\s:,.–-]*(?=[a-z])|2[\s:,.–-]+(?=[1-4])))?"
    rf"(?:(?:my )?(?:{SOLUTION_WORDS})s?\b\.?:? *(?:(?:to|for|of)\b *)?(?:the )?)?"
)
_PROBLEM = (
    rf"(?:(?:{PROBLEM_WORDS}|no|number)s?\b[\s.:#–-]*"
    r"(?P<number>[1-4](?!\d)|(?:iv|i{1,3}|one|two|three|four)\b)"
    r"|(?:[qp]|pb)[\s.#-]{0,2}(?P<digit>[1-4](?!\d))"
    rf"|第\s?(?P<counted>[1-4一二三四])\s?大?{IDEOGRAPHS}|(?:[问題问問习習例]?{IDEOGRAPHS}目?)\s?"
    r"(?P<ideograph>[1-4一二三四])"
    rf"|(?P<ordinal>first|second|third|fourth|[1-4](?:st|nd|rd|th|\.)) (?:{PROBLEM_WORDS})\b)"
)
_PART = rf"(?:sub-?\s?)?(?:{PART_WORDS})s?\b[\s.:#]*"
_CIRCLED = "[ⓐ-ⓔⒶ-Ⓔ⒜-⒠]"
_GROUP = r"[(\[]\s*[a-e](?:[\s,;/&+–-]+(?:and\s+|to\s+)?[a-e])+\s*[)\]]"
_MARKED = r"(?:[(\[]\s*\**[a-e]\**\s*[.)\]]+|[a-e]\s?[.)\]](?![\w.]))"
_BARE = r"[a-e](?![\w'’])"
_AND = r"\s*(?:[,;/&+–-]|and\b|to\b|through\b)\s*(?:and\b\s*)?(?:part\s*|[1-4]\.?)?"
_MARKS = rf"(?P<letters>{_GROUP}|{_MARKED}(?:{_AND}{_MARKED})*)"
_LETTERS = rf"(?P<letters>{_GROUP}|{_MARKED}(?:{_AND}{_MARKED})*|{_BARE}(?:{_AND}{_BARE})*)"
_GAP = r"[\s.,:;)–-]*"
_SECOND = r"(?P<second>[1-5](?!\d)|(?:iv|v|i{1,3})\b)"
_SOLUTION = re.compile(
    rf"(?:(?:my |proposed )?(?:{SOLUTION_WORDS})s?|[解答]|解答|证明)(?=\s*(?:$|[:.–-]))",
    re.IGNORECASE,
)
_BEHIND_TITLE = (
    r"(?!.*\b(?:in|from|of|by|to|with|using|see|as|like|and|or)\W*[(\[][^(\[]*$)"
    rf"(?:[^\s()\[\]]+ ){{{{1,{MAX_TITLE_WORDS}}}}}[(\[]{{word}}(?P<letters>[a-e])[)\]][.:]?$"
)
_LETTER: tuple[Naming, Numbering, float] = ("", "letter", 1)


def _form(
    example: str,
    pattern: str,
    *meanings: tuple[Naming, Numbering, float],
    closed: bool = False,
    whole: bool = False,
) -> Form:
    return Form(example, re.compile(_BEFORE + pattern, re.IGNORECASE), meanings, closed, whole)


FORMS = (
    _form("Problem 2(b)", rf"{_PROBLEM}{_GAP}(?:{_PART})?{_MARKS}", ("named", "letter", NAMED)),
    _form("Problem 2b", rf"{_PROBLEM}[.-]?{_LETTERS}", ("named", "letter", NAMED), closed=True),
    _form("Problem 2, part b", rf"{_PROBLEM}{_GAP}{_PART}{_LETTERS}", ("named", "letter", NAMED)),
    _form(
        "Part (b) of Problem 2",
        rf"{_PART}{_LETTERS}\s*(?:of|in|from|,|–|-)\s*{_PROBLEM}",
        ("named", "letter", NAMED),
        closed=True,
    ),
    _form(
        "Q2 part (ii)",
        rf"{_PROBLEM}{_GAP}{_PART}\(?{_SECOND}\)?",
        ("named", "number", 2),
        closed=True,
    ),
    _form("Problem 2.2", rf"{_PROBLEM}\.{_SECOND}", ("named", "number", 1), closed=True),
    _form("Problem 2", _PROBLEM, ("named", "", NAMED), closed=True),
    _form("Part (b)", rf"{_PART}{_LETTERS}", ("", "letter", 2), closed=True),
    _form(
        "Part (2)",
        rf"(?:sub)?part\s*\(?{_SECOND}\)?",
        ("", "number", 1),
        ("named", "", 0.5),
        closed=True,
    ),
    _form("2(b)", rf"[(\[]?(?P<number>[1-4])[\s.)-]*{_MARKS}", ("named", "letter", 2)),
    _form(
        "2b",
        rf"[(\[]?(?P<number>[1-4])[.-]?(?P<letters>{_BARE}(?:{_AND}{_BARE})*)[)\]]?",
        ("named", "letter", 1.5),
        closed=True,
    ),
    _form(
        "2 - b",
        rf"(?P<number>[1-4])\s*[-–/]\s*(?P<letters>{_BARE})(?=\s*(?:$|[.:]))",
        ("named", "letter", 1),
        whole=True,
    ),
    _form(
        "2.2",
        rf"[(\[]?(?P<number>[1-4])\.{_SECOND}(?![.\d])[)\]]?",
        ("named", "number", -1),
        closed=True,
    ),
    _form(
        "a + b",
        rf"(?P<letters>{_BARE}(?:{_AND}{_BARE})+)(?=\s*(?:$|[.:]))",
        ("", "letter", 0),
        whole=True,
    ),
    _form(
        "A2.", r"[a-z](?P<number>[1-4])(?!\d)(?=\s*(?:$|[.:)]))", ("numbered", "", -1), whole=True
    ),
    _form(
        "(a) and (b)", rf"(?P<letters>{_GROUP}|{_MARKED}(?:{_AND}{_MARKED})+)", _LETTER, closed=True
    ),
    _form("a, b)", r"(?P<letters>[a-e](?:\s?[,&/+]\s?[a-e])+)[)\]]", _LETTER, closed=True),
    _form("(b)", rf"(?=[(\[])(?P<letters>{_MARKED})", _LETTER),
    _form("ⓑ", rf"(?P<letters>{_CIRCLED})", _LETTER),
    _form("b)", r"(?P<letters>[a-e])\s?[)\]](?![\w.])", ("", "letter", 0.5)),
    _form("b.", r"(?P<letters>[a-e])\s?\.(?![\w.])", ("", "letter", 0)),
    _form("b: …", r"(?P<letters>[a-e])(?=\s*(?:$|[:–]|-\s))", ("", "letter", 0), whole=True),
    _form("(2)", rf"[(\[]{_SECOND}[)\]]", ("", "number", -1.5), ("numbered", "", -2)),
    _form("2.", rf"{_SECOND}\s?[.):](?!\d)", ("numbered", "", -1), ("", "number", -2)),
    _form("2 …", rf"{_SECOND}(?=\s|$|[–-])", ("numbered", "", -1), ("", "number", -2), whole=True),
    Form("Solution", _SOLUTION, (("solution", "", 0),)),
    _form("Loss (part b)", _BEHIND_TITLE.format(word=_PART), ("", "letter", 2), whole=True),
    _form("Loss (b)", _BEHIND_TITLE.format(word=""), ("", "letter", 0.5), whole=True),
)
"""Every way to write a label, the more specific first; the first that matches is the one meant."""

_TITLE_WEIGHT = 2.0
"""A heading that consists of words of a problem's title, with or without its number."""

_SENTENCE_WEIGHT = -3.0
"""A label that a verb follows: “(b) follows from (a)” is a sentence about part (b)."""

_CLOSED = re.compile(rf"[\s*_]*(?:$|[:.)\]|(\[\\–-]|[A-Z{PAINT}])")
_TAIL = re.compile(
    r"\s*[:.]?\s*(?:[(\[]\s*\d+\s*(?:points?|pts?|marks?)\.?\s*[)\]])?[:.]?", re.IGNORECASE
)
_VERB = re.compile(
    r"\s*(?:,|(?:follows|holds|implies|gives|shows|says|is|are|was|and|or|above|below|because)\b)"
)
_WORD = re.compile(r"[a-z]{3,}")
_BACKPROP = re.compile(r"\bback-?prop\b")
_NOT_TELLING = frozenset("points point pts and the for with solution solutions".split())
_LETTER_OR_DASH = re.compile(r"(?<![a-z])[a-e](?![a-z])|-|–|\bto\b|\bthrough\b")
_ORNAMENT = re.compile(rf"^[^\w(\[#{PAINT}{_CIRCLED[1:-1]}]+")
_PLAIN_LETTERS = str.maketrans("ⓐⓑⓒⓓⓔⒶⒷⒸⒹⒺ⒜⒝⒞⒟⒠", "abcde" * 3)
_NUMERALS = ("number", "digit", "counted", "ideograph", "ordinal")
_ONE_WIDTH = str.maketrans("（）［］．：，；－—−", "()[].:,;---")


def readings(label: str, *, whole: bool) -> Iterator[Reading]:
    """Every meaning that a label may have.

    Args:
        label: its words, without markup; with `whole` unset, the text that begins with it.
        whole: whether the label fills its construct, such as a heading or the label of an item.
    """
    label = label.translate(_ONE_WIDTH)
    if whole:
        label = _ORNAMENT.sub(lambda match: " " * len(match[0]), label)
    start = len(label) - len(label.lstrip())
    for form in FORMS:
        match = form.pattern.match(label, start) if whole or not form.whole else None
        if match and (whole or not form.closed or _CLOSED.match(label, match.end())):
            yield from _meanings(form, match, label)
            return
    if whole and (problem := _titled(label)):
        yield Reading(problem, "", "titled", "", _TITLE_WEIGHT, len(label))


def _meanings(form: Form, match: re.Match[str], label: str) -> Iterator[Reading]:
    found = match.groupdict()
    first = _value(next(filter(None, map(found.get, _NUMERALS)), None))
    second = _value(found.get("second"))
    roman = (found.get("second") or "").lower() in _ROMANS
    length = _end_of(_TAIL.match(label, match.end()), match.end())
    for naming, numbering, weight in form.meanings:
        problem = first or (second if naming and not numbering else 0)
        letters = _letters(found.get("letters") or "")
        counted: Numbering = numbering
        if numbering == "number":
            letters, counted = "abcde"[second - 1], "roman" if roman else "number"
        total = weight + _weight_of_rest(label[match.end() :], problem)
        if _exists(problem, letters):
            yield Reading(problem, letters, naming, counted, total, length)


def _weight_of_rest(rest: str, problem: int) -> float:
    """What the words behind a label add to its weight."""
    if problem and _titled(rest) == problem:
        return _TITLE_WEIGHT
    return _SENTENCE_WEIGHT if _VERB.match(rest) else 0.0


def _exists(problem: int, letters: str) -> bool:
    return not problem or (problem in LETTERS and set(letters) <= set(LETTERS[problem]))


def _end_of(match: re.Match[str] | None, otherwise: int) -> int:
    return match.end() if match else otherwise


def _value(numeral: str | None) -> int:
    """1 for “1”, “i” and “one”; 0 for nothing."""
    numeral = (numeral or "0").lower()
    if numeral[0] in "012345":  # “5” and “2nd”, but not “二”
        return int(numeral[0])
    return _ROMANS.get(numeral) or _ORDINALS[numeral]


def _letters(text: str) -> str:
    """The parts named by “(a)”, “(a)-(c)”, “a, b and d”."""
    letters = ""
    up_to = False
    for found in _LETTER_OR_DASH.findall(text.translate(_PLAIN_LETTERS).lower()):
        is_letter = found in "abcde"
        if is_letter and up_to and letters and found > letters[-1]:
            letters += "abcde"["abcde".index(letters[-1]) + 1 : "abcde".index(found) + 1]
        elif is_letter and found not in letters:
            letters += found
        up_to = not is_letter
    return letters


def _titled(words: str) -> int:
    """The problem whose title these words are, or are a telling piece of; 0 for none."""
    found = set(_WORD.findall(_BACKPROP.sub("backpropagation", words.lower()))) - _NOT_TELLING
    for problem, title in TITLES.items():
        if KEYWORDS[problem] in found and found <= set(_WORD.findall(title.lower())):
            return problem
    return 0
