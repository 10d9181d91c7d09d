"""Prose against the table of claims: which items it decides, and with which of the student's words.

Strong wording decides; what is hedged, mixed or not said goes to a TA, with the sentence that was
not clear and with what was looked for.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from grader.claims.deciding import Decision
from grader.claims.deciding import Judge as Decider
from grader.claims.matching import Match, Words
from grader.claims.notation import NAMES
from grader.claims.plain import MAX_SENTENCE, plain
from grader.claims.sentences import Sentence, sentences
from grader.evidence.written import Judge, quotes_of
from grader.evidence.written.nonanswers import says_nothing, says_only_same
from grader.formulas.macros import expanded, own_macros
from grader.model import Answers, Evidence, Finding, ItemId, Part, Passage
from grader.rubric.claims import UNSPOKEN, ClaimsFile, ItemClaims, Silence
from grader.rubric.schema import part_of

ENGLISH: Final = frozenset(
    """the we is so then where and which in to of get for as this that with be are have it on our by
    thus hence limit since from gives can form""".split()
)
"""Prose without any of these is in another language, and its silence is not ours to judge."""

FEWEST_PROSE_WORDS = 3
"""Fewer words than this are labels of formulas in any language."""

PROOFS = "3"
"""The problem where “same” may mean the proof before."""

_TITLE = re.compile(r"^\W*(?:\w+[ -]?){1,4}:[*_}]*")
"""Of a bullet: “**Parameters:** TODO”."""

_OTHER_SCRIPT = re.compile(r"[\u0400-\u06ff\u0900-\u0dff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"(?<![\\\w{^])[a-z]{2,}(?![\w}])")


def judge(table: ClaimsFile | None) -> Judge:
    """The judge of prose by a table; without a table it decides nothing."""
    if table is None:
        return lambda _item, _answers: None
    words, deciders = _prepared(table)

    def judged(item: ItemId, answers: Answers) -> Evidence | None:
        if item not in deciders:
            return _no_formula(item, answers)
        claims = table.items[item]
        passages = _written_out(answers, answers.written[part_of(item)].passages)
        spoken = sentences(passages)
        decision = deciders[item].decide(spoken)
        if _left_out(deciders[item], spoken):
            return _silent(item, claims, decision)
        nothing_made = decision.outcome in ("silent", "open") and not decision.made
        if nothing_made and _is_silent(item, claims.silence, words, answers):
            return _silent(item, claims, decision)
        return _evidence(item, claims, decision, answers)

    return judged


def _left_out(decider: Decider, spoken: Sequence[Sentence]) -> bool:
    """Whether the item's own bullet is empty or says nothing, and no other bullet answers it."""
    bullet = decider.bullet(spoken)
    own = _TITLE.sub("", " ".join(sentence.raw for sentence in bullet)).strip()
    is_empty = bool(bullet) and (not own or says_nothing((Passage("", 1, own),)))
    return is_empty and not decider.is_answered(spoken)


def _no_formula(item: ItemId, answers: Answers) -> Evidence | None:
    """“Same” is an answer to a comparison, but no formula."""
    part = part_of(item)
    only_same = part[0] != PROOFS and says_only_same(answers.written[part].passages)
    return Evidence(item, False) if only_same else None


_LAST: list[tuple[ClaimsFile, Words, dict[ItemId, Decider]]] = []
"""The table that was asked for last, ready: one rubric judges many submissions."""


def _prepared(table: ClaimsFile) -> tuple[Words, dict[ItemId, Decider]]:
    """A table's words and deciders, made once."""
    if not _LAST or _LAST[0][0] is not table:
        words = Words(table)
        made = {item: Decider(words, claims) for item, claims in table.items.items()}
        _LAST[:] = [(table, words, made)]
    return _LAST[0][1:]


def _written_out(answers: Answers, passages: Iterable[Passage]) -> tuple[Passage, ...]:
    r"""Passages with the student's own commands written out: \X\T\X is XᵀX as well."""
    texts = [p.text for p in answers.unplaced]
    texts += [p.text for answer in answers.written.values() for p in answer.passages]
    own = own_macros("\n".join(texts))
    return tuple(Passage(p.file, p.line, expanded(p.text, own), p.cell) for p in passages)


def _evidence(
    item: ItemId, claims: ItemClaims, decision: Decision, answers: Answers
) -> Evidence | None:
    if decision.outcome == "right":
        return Evidence(item, True, (_shown(True, "said-clearly", decision.made[0]),))
    if decision.outcome == "wrong":
        match = decision.against[0]
        return Evidence(item, True, (_shown(False, claims.claims[match.claim].mistake, match),))
    if claims.beside_formulas:
        return None
    return Evidence(item, True, tuple(_open(claims, decision)), quotes_of(item, answers))


def _open(claims: ItemClaims, decision: Decision) -> Iterable[Finding]:
    """What a TA will look at: the sentence that is not clear, and what was not found."""
    if decision.against:
        yield _shown(None, "claim-not-clear", decision.against[0])
    if decision.wanting:
        yield Finding(None, "claim-not-found", details={"wanting": _wanting(claims, decision)})
    if not (decision.against or decision.wanting):
        yield Finding(None, "not-decided-yet")


def _wanting(claims: ItemClaims, decision: Decision) -> str:
    """What was looked for and not found, in words that give no answer away."""
    return "; ".join(dict.fromkeys(claims.claims[name].asks for name in decision.wanting))


def _shown(holds: bool | None, note: str, match: Match) -> Finding:
    """A finding with the student's sentence."""
    details = {"found": match.sentence.raw, "where": match.sentence.where}
    return Finding(holds, note, details=details)


def _silent(item: ItemId, claims: ItemClaims, decision: Decision) -> Evidence:
    """A statement that is not there: a mistake where the rubric says so, and missing elsewhere."""
    if claims.silence is not None and claims.silence.mistake:
        return Evidence(item, True, (Finding(False, claims.silence.mistake),))
    details = {"wanting": _wanting(claims, decision)}
    return Evidence(item, False, (Finding(False, UNSPOKEN, details=details),))


def _is_silent(item: ItemId, silence: Silence | None, words: Words, answers: Answers) -> bool:
    """Whether a statement certainly stands nowhere: not in any part, in no unread file."""
    if silence is None or any(notice.blocks for notice in answers.notices):
        return False
    own = words.without(silence.aside, _text(answers, part_of(item)))
    others = [*(_text(answers, part) for part in silence.parts), _plain(answers.unplaced)]
    return (
        not any(_OTHER_SCRIPT.search(text) for text in (own, *others))
        and _is_english(own)
        and (not silence.given or any(words.occur(name, own) for name in silence.given))
        and not any(words.occur(name, own) for name in silence.unless)
        and not any(words.occur(n, text) for n in silence.unless_elsewhere for text in others)
    )


def _text(answers: Answers, part: Part) -> str:
    answer = answers.written.get(part)
    return _plain(answer.passages) if answer is not None else ""


def _plain(passages: Iterable[Passage]) -> str:
    """All sentences, in plain words."""
    pieces = (piece for p in passages for piece in re.split(r"\n\s*\n", p.text))
    return " ".join(plain(short) for piece in pieces for short in _in_full(piece))


def _in_full(piece: str) -> list[str]:
    """A paragraph in lengths that are read to their end."""
    return textwrap.wrap(piece, MAX_SENTENCE) if len(piece) > MAX_SENTENCE else [piece]


def _is_english(text: str) -> bool:
    found = [word for word in _WORD.findall(text) if word not in NAMES]
    return len(found) < FEWEST_PROSE_WORDS or not ENGLISH.isdisjoint(found)
