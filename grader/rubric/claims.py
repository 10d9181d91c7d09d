"""The table of claims: by which words a statement in prose is recognised, for each item.

A *word* of the table stands for its spellings: ``vanish*`` is any word that begins so, several
words stand for themselves in a row, and ``/…/`` is a regular expression. A *pattern* is a row of
such words that have to stand in one clause, in any order:

    help hidden       both occur
    +help hidden      and help is affirmed ("helps W1")
    -help hidden      or negated ("does not help W1", "no help for W1")
    help !hidden      and no word for the hidden layer stands there
    same > before     in this order
    sentence: …       in one sentence instead of one clause; block: … in one paragraph
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from grader.model import ItemId, Part, Value

Pattern: TypeAlias = Annotated[
    str,
    Meta(
        min_length=2,
        max_length=200,
        description="Words of the table that stand in one clause: word, +word, -word, !word, >.",
    ),
]
Spelling: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1000)]
Name: TypeAlias = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Note: TypeAlias = Annotated[str, Meta(pattern=r"^([a-z]+(-[a-z]+)*)?$")]
Scope: TypeAlias = Literal["clause", "sentence", "block"]

UNSPOKEN: Final = "not-spoken-of"
"""The note of an item that an answer says nothing about."""

SIGNS = "+-!"
SCOPES: Final[dict[str, Scope]] = {"clause": "clause", "sentence": "sentence", "block": "block"}


class NumberWord(Value, frozen=True):
    """A word that is a number: within `within` of `value`, or, with `other`, anything else.

    With `place`, only a number that says where something is.
    `other` lists pairs of a value and its tolerance that are *not* meant.
    """

    value: float = 0.0
    within: float = 0.0
    place: bool = False
    other: list[tuple[float, float]] = []


class Claim(Value, frozen=True, omit_defaults=True):
    """One thing that an answer may say.

    Attributes:
        asks: what it is about, in words that do not give the answer away.
        made: patterns that make the claim.
        denied: patterns that say the contrary.
        doubted: patterns that leave it open, whatever else is said.
        mistake: the note whose sentence a student reads when the claim is denied.
    """

    asks: Annotated[str, Meta(max_length=200)]
    made: list[Pattern] = []
    denied: list[Pattern] = []
    doubted: list[Pattern] = []
    mistake: Note = ""


class Silence(Value, frozen=True, omit_defaults=True):
    """For a statement that costs its points when it stands nowhere.

    Attributes:
        parts: where it may stand, besides the item's own.
        unless: table words; while one of them occurs in the item's own part, it is not silent.
        unless_elsewhere: the same for the other parts.
        given: words of which one has to occur, so that there was something to be stated for; no
            such words where the question itself is enough.
        aside: phrases that are struck out before any of these words is looked for.
        mistake: the note whose sentence the student reads; without one, the item counts as
            missing, and the student reads what was looked for.
    """

    parts: list[Part]
    unless: list[Name]
    unless_elsewhere: list[Name]
    given: list[Name] = []
    aside: list[Name] = []
    mistake: Note = ""


class ItemClaims(Value, frozen=True, omit_defaults=True):
    """What an item needs to hear.

    Attributes:
        needs: claims that have to be made; of a list within the list, one is enough.
        claims: the claims by name.
        about: sentences from one of these words on belong to the item; all do when it is empty.
        not_about: sentences with one of these words do not.
        conditions: whether what stands behind “if” counts as said.
        consequences: whether “if … then …” leaves what it says open.
        harmless: words in a condition that take nothing away from its consequence.
        mixed_with: claims that, once made, keep a denial of another from deciding the item.
        risks: patterns that keep an item from being right wherever they are met, in conditions as
            well: what is compared, contrasted or added in words whose sense the claims do not
            know. Outside a denial they keep it from being wrong, too.
        unreal: patterns that always leave the item open: what is only supposed, or said of
            another case than the one in question.
        safe: phrases that are struck out before `risks` and `unreal` are looked for.
        together: whether the claims have to be made in one paragraph or list item.
        bullet: the number of its bullet in the question. Where an answer is a list of five, only
            what stands there counts.
        anchors: words that have to stand in some of the five, by number; otherwise the list is no
            list of answers to the five bullets.
        plain_anchors: the same for five paragraphs that have neither numbers nor titles.
        silence: what it means that nothing is said.
        beside_formulas: whether the answer may be a formula as well, so that words that decide
            nothing are no news.
    """

    needs: list[list[Name]]
    claims: dict[Name, Claim]
    about: list[Name] = []
    not_about: list[Name] = []
    conditions: Literal["skip", "read"] = "skip"
    consequences: Literal["fine", "open"] = "fine"
    harmless: list[Name] = []
    mixed_with: list[Name] = []
    risks: list[Pattern] = []
    unreal: list[Pattern] = []
    safe: list[Name] = []
    together: bool = False
    bullet: int = 0
    anchors: dict[int, Name] = {}
    plain_anchors: dict[int, Name] = {}
    silence: Silence | None = None
    beside_formulas: bool = False

    @property
    def mistakes(self) -> set[str]:
        """The notes that its findings may have."""
        named = {claim.mistake for claim in self.claims.values() if claim.mistake}
        silent = {self.silence.mistake or UNSPOKEN} if self.silence else set()
        return named | silent


class ClaimsFile(Value, frozen=True, omit_defaults=True):
    """`claims.yaml`: the words, and for each item what is said with them.

    Attributes:
        words: spellings by name.
        numbers: numbers by name; they stand in patterns like words.
        possible: words about what can happen, which “may” does not weaken.
        plurals: words that “they” may stand for, when the clause before has just one of them.
        ordinary: words that take nothing from a claim beside them, many to a line; an answer with
            other words is not understood to its end.
        items: the claims of each item.
    """

    words: dict[Name, list[Spelling]]
    items: dict[ItemId, ItemClaims]
    numbers: dict[Name, NumberWord] = {}
    possible: list[Name] = []
    plurals: list[Name] = []
    ordinary: list[Annotated[str, Meta(max_length=200)]] = []


class Term(msgspec.Struct, frozen=True):
    """One word of a pattern; `behind` says that it stands behind the term before it."""

    name: str
    sign: str = ""
    behind: bool = False


class ParsedPattern(msgspec.Struct, frozen=True):
    """A pattern, taken apart."""

    scope: Scope
    terms: tuple[Term, ...]


def parsed(pattern: str) -> ParsedPattern:
    """A pattern, taken apart; its words are not looked up here."""
    name, colon, rest = pattern.partition(":")
    scope: Scope = SCOPES.get(name, "clause") if colon else "clause"
    terms: list[Term] = []
    behind = False
    for word in (rest if colon else pattern).split():
        if word == ">":
            behind = True
            continue
        sign = word[0] if word[0] in SIGNS else ""
        terms.append(Term(word[len(sign) :], sign, behind))
        behind = False
    if (colon and name not in SCOPES) or not terms or behind:
        raise ValueError("a pattern is 'word', '+word', '-word' or '!word', with '>' between two")
    return ParsedPattern(scope, tuple(terms))


def regular_expression(spellings: Iterable[str]) -> str:
    """All spellings of a word as one regular expression over plain words.

    What begins with a letter begins a word; that is looked at once for all of them, which makes
    looking for them several times as fast.
    """
    begin_word: list[str] = []
    others: list[str] = []
    for spelling in spellings:
        if spelling.startswith("/") and spelling.endswith("/"):
            expression = spelling[1:-1]
            begins_word = expression[:1].isalnum() or expression.startswith("(?:")
        else:
            words = [re.escape(word).replace(r"\*", r"[\w']*") for word in spelling.split()]
            expression = r"\s+".join(words) + (r"(?![\w'])" if spelling[-1].isalnum() else "")
            begins_word = spelling[0].isalnum()
        (begin_word if begins_word else others).append(f"(?:{expression})")
    beginning = [rf"(?<![\w'])(?:{'|'.join(begin_word)})"] if begin_word else []
    return "|".join([*beginning, *others])


def problems_of(table: ClaimsFile) -> Iterator[tuple[str, str]]:
    """What is wrong with a table that its types cannot see: the text, and a sentence about it."""
    known = {*table.words, *table.numbers}
    for name, spellings in table.words.items():
        yield from ((s, m) for s in spellings if (m := _wrong_spelling(name, s)))
    for name in (*table.possible, *table.plurals):
        if name not in known:
            yield name, f"{name!r} is no word of the table."
    for item, claims in table.items.items():
        yield from _problems_of_item(item, claims, known)


def _wrong_spelling(name: str, spelling: str) -> str:
    if spelling.strip("*").isalpha():
        return ""
    try:
        if re.compile(regular_expression([spelling])).search(""):
            return f"a spelling of {name!r} fits an empty text."
    except re.error as error:
        return f"a spelling of {name!r} is no regular expression ({error})."
    return ""


def _problems_of_item(
    item: ItemId, claims: ItemClaims, known: set[str]
) -> Iterator[tuple[str, str]]:
    silence = claims.silence
    elsewhere = (
        [*silence.given, *silence.aside, *silence.unless, *silence.unless_elsewhere]
        if silence
        else []
    )
    for name in (
        *claims.about,
        *claims.not_about,
        *claims.harmless,
        *claims.safe,
        *elsewhere,
        *claims.anchors.values(),
        *claims.plain_anchors.values(),
    ):
        if name not in known:
            yield name, f"{name!r} is no word of the table."
    for name in (*claims.mixed_with, *(name for group in claims.needs for name in group)):
        if name not in claims.claims:
            yield name, f"{item} needs {name!r}, which is none of its claims."
    for pattern in (*claims.risks, *claims.unreal):
        yield from _problems_of_pattern(pattern, known)
    for name, claim in claims.claims.items():
        if claim.denied and not claim.mistake:
            yield f"{name}:", f"the claim {name!r} of {item} can be denied, but names no mistake."
        for pattern in (*claim.made, *claim.denied, *claim.doubted):
            yield from _problems_of_pattern(pattern, known)


def _problems_of_pattern(pattern: str, known: set[str]) -> Iterator[tuple[str, str]]:
    try:
        terms = parsed(pattern).terms
    except ValueError as error:
        yield pattern, f"{pattern!r}: {error}."
        return
    for term in terms:
        if term.name not in known:
            yield pattern, f"{pattern!r}: {term.name!r} is no word of the table."
    if all(term.sign == "!" for term in terms):
        yield pattern, f"{pattern!r} says only what must not stand there."
