"""Looks for the patterns of one item in sentences: which claims are made, denied or left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from grader.claims.clauses import Clause, clauses
from grader.claims.polarity import ASSUMING, REACH, Polarity, is_hedged, is_weakened, polarity
from grader.claims.sentences import Sentence
from grader.rubric.claims import (
    ClaimsFile,
    ItemClaims,
    NumberWord,
    ParsedPattern,
    Scope,
    Term,
    parsed,
    regular_expression,
)

WANTED: Final[dict[str, Polarity]] = {"+": "yes", "-": "no"}

REMEMBERED = 20_000
"""Words looked up in clauses that are kept; a writeup needs about 5000, most of them many times."""

Stand: TypeAlias = Literal["made", "denied", "doubted", "risky"]

_PRONOUN = re.compile(
    r"\b(?:they|them|(?:of|for|to) (?:these|those)|their"
    r"|(?:these|those)(?: two)? (?:gradients?|param\w*|weights|terms|ones))\b"
)
_WORD = re.compile(r"(?<![\w'^])[a-z]{3,}(?![\w'^])")
_ENDINGS: Final = ("s", "es", "d", "ed", "ing")
"""Of verbs and plurals; “-ly” is not among them, since “hard” is not “hardly”."""

_NUMBER = re.compile(r"([#@])(-?\d+(?:\.\d+)?)")


class Occurrence(NamedTuple):
    """A word of the table in a clause."""

    start: int
    end: int
    polarity: Polarity


class Match(NamedTuple):
    """A claim met in a sentence, and how it stands there."""

    claim: str
    stand: Stand
    sentence: Sentence
    pattern: str


class Rule(NamedTuple):
    """One pattern of one claim."""

    claim: str
    stand: Stand
    text: str
    pattern: ParsedPattern


class Words:
    """The table's words, ready to be looked for."""

    def __init__(self, table: ClaimsFile) -> None:
        self._numbers = table.numbers
        self._possible = frozenset(table.possible)
        self._plurals = table.plurals
        self._ordinary = frozenset(word for line in table.ordinary for word in line.split())
        self._found: dict[tuple[str, str], tuple[Occurrence, ...]] = {}
        self._struck: dict[tuple[str, str], str] = {}
        self._spellings = {
            name: re.compile(regular_expression(spellings))
            for name, spellings in table.words.items()
        }

    def occur(self, name: str, text: str) -> bool:
        """Whether a word stands in a text, affirmed or not."""
        return next(self._spans(name, text), None) is not None

    def occurrences(self, name: str, text: str) -> tuple[Occurrence, ...]:
        """All places of a word in a clause, with what negation does to it there."""
        found = self._found.get((name, text))
        if found is None:
            possible = name in self._possible
            found = tuple(
                Occurrence(start, end, polarity(text, start, end, possible=possible))
                for start, end in self._spans(name, text)
            )
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[name, text] = found
        return found

    def strange(self, text: str) -> str | None:
        """The first word of a sentence that is not known to leave a claim as it is."""
        if not self._ordinary:
            return None
        return next((w for w in _WORD.findall(text) if not self._is_ordinary(w)), None)

    def _is_ordinary(self, word: str) -> bool:
        """Whether a word or its base form is known; forms of a negating word are none of it."""
        if word in self._ordinary:
            return True
        bases = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)}
        whole = {f"{base}e" for base in bases} | {
            f"{base[:-1]}y" for base in bases if base[-1:] == "i"
        }
        known = self._ordinary.intersection(bases | whole)
        return any(base not in REACH for base in known)

    def without(self, names: Sequence[str], text: str) -> str:
        """A text in which these words are struck out."""
        if not names:
            return text
        key = (" ".join(names), text)
        if key not in self._struck:
            struck = text
            for name in names:
                struck = self._spellings[name].sub(" … ", struck)
            if len(self._struck) >= REMEMBERED:
                self._struck.clear()
            self._struck[key] = struck
        return self._struck[key]

    def antecedent(self, clause: str) -> str | None:
        """What “they” would stand for behind a clause: its only plural, or None."""
        found = [self._spellings[name].findall(clause) for name in self._plurals]
        mentioned = [spellings for spellings in found if spellings]
        return " ".join(dict.fromkeys(mentioned[0])) if len(mentioned) == 1 else None

    def has_plural(self, clause: str) -> bool:
        """Whether a clause names one of the things that “they” may stand for."""
        return any(self._spellings[name].search(clause) for name in self._plurals)

    def _spans(self, name: str, text: str) -> Iterator[tuple[int, int]]:
        if name in self._numbers:
            return (m.span() for m in _NUMBER.finditer(text) if _fits(self._numbers[name], m))
        return (match.span() for match in self._spellings[name].finditer(text))


def _fits(word: NumberWord, found: re.Match[str]) -> bool:
    value = float(found[2])
    if word.other:
        known = any(abs(value - centre) <= within for centre, within in word.other)
        return found[1] == "@" and not known
    return abs(value - word.value) <= word.within and (found[1] == "@" or not word.place)


class Reader:
    """Looks for the claims of one item."""

    def __init__(self, words: Words, item: ItemClaims) -> None:
        self._words, self._item = words, item
        self._rules: dict[Scope, list[Rule]] = {"clause": [], "sentence": [], "block": []}
        for rule in _rules(item):
            self._rules[rule.pattern.scope].append(rule)
        first = item.needs[0][0]
        self._risks = [Rule(first, "risky", text, parsed(text)) for text in item.risks]
        self._risks += [Rule(first, "doubted", text, parsed(text)) for text in item.unreal]

    def matches(self, sentences: Sequence[Sentence]) -> tuple[Match, ...]:
        """Everything that these sentences say about the item."""
        spoken = list(self._resolved(sentences))
        found = [m for s, parts in spoken for m in self._in_sentence(s, parts)]
        for _, group in _by_block(spoken):
            firm = [parts for sentence, parts in group if not self._is_hedged(sentence)]
            together = [clause for parts in firm for clause in parts]
            found += self._met(group[-1][0], "block", together, is_open=False)
        return tuple(found)

    def risks(self, sentences: Sequence[Sentence]) -> tuple[Match, ...]:
        """What might take back or change what these sentences say about the item."""
        return tuple(match for sentence in sentences for match in self._risky(sentence))

    def _resolved(
        self, sentences: Sequence[Sentence]
    ) -> Iterator[tuple[Sentence, tuple[Clause, ...]]]:
        """The clauses of each sentence, with names for “they” where it is clear who they are."""
        they: str | None = None
        for sentence in sentences:
            resolved = []
            for clause in self._spoken(sentence):
                text = clause.text
                if self._words.has_plural(text):
                    they = self._words.antecedent(text)
                elif they and _PRONOUN.search(text):
                    text = _PRONOUN.sub(they, text)
                resolved.append(Clause(text, clause.kind))
            yield sentence, tuple(resolved)

    def _spoken(self, sentence: Sentence) -> tuple[Clause, ...]:
        """The clauses in which something is claimed."""
        found = clauses(sentence.text)
        if self._item.conditions == "read":
            return found
        return tuple(clause for clause in found if clause.kind == "plain")

    def _in_sentence(self, sentence: Sentence, spoken: Sequence[Clause]) -> Iterator[Match]:
        is_open = self._is_hedged(sentence) or self._hangs_on_condition(sentence)
        yield from self._met(sentence, "sentence", spoken, is_open=is_open)
        for clause in spoken:
            yield from self._met(sentence, "clause", [clause], is_open=is_open)

    def _risky(self, sentence: Sentence) -> Iterator[Match]:
        """What might take back or change a claim: it is only ever a reason to ask a person."""
        spoken = [
            Clause(self._words.without(self._item.safe, clause.text), clause.kind)
            for clause in clauses(sentence.text)
        ]
        for rule in self._risks:
            whole = rule.pattern.scope == "sentence"
            groups = [spoken] if whole else [[clause] for clause in spoken]
            if any(self._stand(rule.pattern.terms, group) != "no" for group in groups):
                yield Match(rule.claim, rule.stand, sentence, rule.text)

    def _is_hedged(self, sentence: Sentence) -> bool:
        assumes = self._item.conditions == "skip" and ASSUMING.search(sentence.text)
        return is_hedged(sentence.text) or bool(assumes)

    def _hangs_on_condition(self, sentence: Sentence) -> bool:
        if self._item.consequences == "fine":
            return False
        conditions = [c.text for c in clauses(sentence.text) if c.kind == "condition"]
        return any(
            not any(self._words.occur(name, text) for name in self._item.harmless)
            for text in conditions
        )

    def _met(
        self, sentence: Sentence, scope: Scope, spoken: Sequence[Clause], *, is_open: bool
    ) -> Iterator[Match]:
        for rule in self._rules[scope]:
            stand = self._stand(rule.pattern.terms, spoken)
            if stand != "no":
                is_doubt = is_open or stand == "open" or rule.stand == "doubted"
                yield Match(rule.claim, "doubted" if is_doubt else rule.stand, sentence, rule.text)

    def _stand(self, terms: Sequence[Term], spoken: Sequence[Clause]) -> Polarity:
        """Whether a pattern is met in these clauses; “open” when only a doubtful reading fits."""
        is_open, place = False, (0, 0)
        for term in terms:
            if term.sign == "!":
                if any(self._places(term, clause) for clause in spoken):
                    return "no"
                continue
            chosen = self._chosen(term, spoken, place if term.behind else (0, 0))
            if chosen is None:
                return "no"
            number, occurrence = chosen
            place = (number, occurrence.end)
            is_open = is_open or self._is_doubtful(term, occurrence, spoken[number].text)
        return "open" if is_open else "yes"

    def _chosen(
        self, term: Term, spoken: Sequence[Clause], behind: tuple[int, int]
    ) -> tuple[int, Occurrence] | None:
        """The first place of a term with the polarity that it wants, or else an open one."""
        doubtful = None
        for number, clause in enumerate(spoken):
            for occurrence in self._places(term, clause):
                if (number, occurrence.start) < behind:
                    continue
                if not term.sign or occurrence.polarity == WANTED[term.sign]:
                    return number, occurrence
                if occurrence.polarity == "open":
                    doubtful = doubtful or (number, occurrence)
        return doubtful

    def _is_doubtful(self, term: Term, occurrence: Occurrence, clause: str) -> bool:
        return bool(term.sign) and (occurrence.polarity == "open" or is_weakened(clause))

    def _places(self, term: Term, clause: Clause) -> tuple[Occurrence, ...]:
        return self._words.occurrences(term.name, clause.text)


def _rules(item: ItemClaims) -> Iterator[Rule]:
    for name, claim in item.claims.items():
        by_stand: Mapping[Stand, Iterable[str]] = {
            "made": claim.made,
            "denied": claim.denied,
            "doubted": claim.doubted,
        }
        for stand, patterns in by_stand.items():
            for text in patterns:
                yield Rule(name, stand, text, parsed(text))


def _by_block(
    spoken: Iterable[tuple[Sentence, tuple[Clause, ...]]],
) -> Iterator[tuple[int, list[tuple[Sentence, tuple[Clause, ...]]]]]:
    groups: dict[int, list[tuple[Sentence, tuple[Clause, ...]]]] = {}
    for sentence, parts in spoken:
        groups.setdefault(sentence.block, []).append((sentence, parts))
    yield from groups.items()
