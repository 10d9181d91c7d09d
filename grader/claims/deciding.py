"""What all that is said about an item comes to.

`right` takes every claim that the item needs, made and never questioned; `wrong` a claim that is
denied and nowhere made or left open. Everything else is for a person, who is told what was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from grader.claims.matching import Match, Reader, Words
from grader.claims.sentences import Sentence
from grader.rubric.claims import ItemClaims

Outcome: TypeAlias = Literal["right", "wrong", "silent", "open"]

OF_FIVE = 5
"""Question 4(c) has five bullets, and so have many answers. One of them may have lost its bullet
together with the question that the student copied."""

YES_OR_NO = 2
"""The bullet whose question is answered by yes or no; no other is."""

_YES_OR_NO = re.compile(r"\W*(?:yes\b|no(?= ?[,.;:—]|$))")

TITLE_WORDS = 4
"""So short a first sentence is a title (“Gradient highway.”), and the next one the beginning."""


class Decision(NamedTuple):
    """The outcome for one item, and the sentences that show it.

    Attributes:
        outcome: “silent” when nothing at all was said that the table knows.
        made: matches of claims that were made.
        against: matches that deny a claim, or leave it open.
        wanting: claims that were not made, by name.
    """

    outcome: Outcome
    made: tuple[Match, ...] = ()
    against: tuple[Match, ...] = ()
    wanting: tuple[str, ...] = ()


class Judge:
    """Decides one item."""

    def __init__(self, words: Words, item: ItemClaims) -> None:
        self._words, self._item = words, item
        self._reader = Reader(words, item)

    def bullet(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The item's own bullet in an answer that follows the question's five, or nothing."""
        bullets = self._bullets(sentences)
        own = bullets[self._item.bullet - 1] if bullets else None
        return [sentence for sentence in sentences if sentence.block == own]

    def is_answered(self, sentences: Sequence[Sentence]) -> bool:
        """Whether all that the item needs is said anywhere, wherever it belongs."""
        made = {match.claim for match in self._reader.matches(sentences) if match.stand == "made"}
        return not list(self._wanting(made))

    def decide(self, sentences: Sequence[Sentence]) -> Decision:
        """What these sentences come to."""
        relevant = self._relevant(sentences)
        found = self._reader.matches(relevant)
        if not found:
            return Decision("silent", wanting=tuple(self._wanting(set())))
        decision = self._decision(found)
        if decision.outcome == "open":
            return decision
        strange = self._strange(decision.made or decision.against, sentences)
        return self._decision((*found, *self._reader.risks(relevant), *strange))

    def _decision(self, found: Sequence[Match]) -> Decision:
        every = [match for match in found if match.stand == "made"]
        made = self._counted(every)
        against = tuple(match for match in found if match.stand != "made")
        wanting = tuple(self._wanting({match.claim for match in made}))
        outcome: Outcome = "open"
        if made and not against and not wanting:
            outcome = "right"
        elif self._is_wrong(every, against):
            outcome = "wrong"
        return Decision(outcome, made, against, wanting)

    def _strange(self, claims: Sequence[Match], sentences: Sequence[Sentence]) -> Iterator[Match]:
        """Sentences beside a claim with a word that nobody has thought about."""
        places: dict[object, Match] = {match.sentence: match for match in claims}
        if self._item.together:
            places |= {match.sentence.block: match for match in claims}
        for sentence in sentences:
            match = places.get(sentence) or places.get(sentence.block)
            word = self._words.strange(sentence.text) if match else None
            if match and word:
                yield Match(match.claim, "doubted", sentence, word)

    def _counted(self, made: Sequence[Match]) -> tuple[Match, ...]:
        """The claims that stand where they belong, in one place if the item wants that."""
        if not self._item.together:
            return tuple(made)
        places = [
            tuple(m for m in made if m.sentence.block == block)
            for block in dict.fromkeys(m.sentence.block for m in made)
        ]
        return max(places, key=lambda found: len({m.claim for m in found}), default=())

    def _is_wrong(self, made: Sequence[Match], against: Sequence[Match]) -> bool:
        """A needed claim is denied; it is never made, and nothing is left open."""
        denied = {match.claim for match in against if match.stand == "denied"}
        denials = {match.sentence for match in against if match.stand == "denied"}
        contradicting = denied.union(self._item.mixed_with)
        return (
            bool(denied)
            and all(
                match.stand == "denied" or (match.stand == "risky" and match.sentence in denials)
                for match in against
            )
            and not contradicting & {match.claim for match in made}
        )

    def _wanting(self, made: set[str]) -> Iterable[str]:
        for group in self._item.needs:
            if not made.intersection(group):
                yield group[0]

    def _relevant(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The sentences that belong to the item, by where its topic begins."""
        item = self._item
        if bullets := self._bullets(sentences):
            return [s for s in sentences if s.block == bullets[item.bullet - 1]]
        if (own := self._own_block(sentences)) is not None:
            return [s for s in sentences if s.block == own]
        if item.about:
            blocks, rest = self._zone(sentences, item.about)
            return [s for s in sentences if s.block in blocks or s in rest]
        if item.not_about:
            blocks, _ = self._zone(sentences, item.not_about)
            return [
                s for s in sentences if s.block not in blocks and not self._has(s, item.not_about)
            ]
        return list(sentences)

    def _own_block(self, sentences: Sequence[Sentence]) -> int | None:
        """In a list with other bullets than the question's five: the only one with its anchor."""
        anchor = self._item.anchors.get(self._item.bullet)
        items = {sentence.block for sentence in sentences if sentence.item}
        if anchor is None or len(items) < OF_FIVE - 2:
            return None
        having = {s.block for s in sentences if self._has(s, [anchor])}
        return next(iter(having)) if len(having) == 1 and having <= items else None

    def _zone(
        self, sentences: Sequence[Sentence], names: Sequence[str]
    ) -> tuple[set[int], set[Sentence]]:
        """Blocks that open with one of these words, and sentences behind one in other blocks."""
        blocks, rest, begun = set[int](), set[Sentence](), set[int]()
        seen: dict[int, int] = {}
        for sentence in sentences:
            position = seen.get(sentence.block, 0)
            is_title = len(sentence.text.split()) <= TITLE_WORDS
            seen[sentence.block] = position + (0 if position == 0 and is_title else 1)
            if self._has(sentence, names):
                begun.add(sentence.block)
                if position == 0:
                    blocks.add(sentence.block)
            if sentence.block in begun:
                rest.add(sentence)
        return blocks, rest

    def _has(self, sentence: Sentence, names: Iterable[str]) -> bool:
        return any(self._words.occur(name, sentence.text) for name in names)

    def _bullets(self, sentences: Sequence[Sentence]) -> list[int]:
        """The blocks of an answer that follows the five bullets of the question, or none."""
        blocks = list(dict.fromkeys(sentence.block for sentence in sentences))
        items = {sentence.block for sentence in sentences if sentence.item}
        is_list = len(items) >= OF_FIVE - 1
        anchors = self._item.anchors if is_list else self._item.plain_anchors
        if not self._item.bullet or len(blocks) != OF_FIVE or not anchors:
            return []
        for number, name in anchors.items():
            block = [s for s in sentences if s.block == blocks[number - 1]]
            if not (
                any(self._has(sentence, [name]) for sentence in block)
                or (is_list and number == YES_OR_NO and self._says_yes_or_no(block, sentences))
            ):
                return []
        return blocks

    def _says_yes_or_no(self, block: Sequence[Sentence], sentences: Sequence[Sentence]) -> bool:
        """Whether a bullet begins with yes or no, and the last of all has its own topic."""
        last = [s for s in sentences if s.block == sentences[-1].block]
        topic = self._item.plain_anchors.get(OF_FIVE)
        begins = bool(block) and bool(_YES_OR_NO.match(block[0].text))
        return begins and topic is not None and any(self._has(s, [topic]) for s in last)
