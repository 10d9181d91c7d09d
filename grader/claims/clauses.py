"""A plain sentence → clauses, the stretches within which one verb and its negation belong together.

“It helps x, but not W1 and b1, since they still go through W2” has three: what is helped; what is
not, where the verb is left out and is put back here; and the reason. A condition (“if …”, “when …”)
is a clause of its own kind, because nobody claims it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["plain", "condition", "concession"]

_IDIOMS = (
    (re.compile(r"\bas long as\b|\bso long as\b|\bas soon as\b"), "aslongas"),
    (re.compile(r"\( ([\w']+) \)"), r"\1"),
    (re.compile(r"\bxt x\b"), "xtx"),
    (re.compile(r"^(?:so )?no (?=[,.;:—])"), "no ; "),
    (re.compile(r"\blocal (?:, )?(?:but |and )?not (?:a |the )?global\b"),
     "local minimum ; not reach the global"),
    (re.compile(r"\bno (?:perfect |exact )?(?:multi ?)?collinearity\b"),
     "linearly independent columns"),
    (re.compile(r"(?<=\w )(?:thus|hence|therefore)"
                r" (?=(?:can|will|is|are|does|do|has|have|must)\b)"), ""),
    (re.compile(r" ,(?: but| and)? still (?=(?:multiplied|scaled|gated|masked|blocked)\b)"),
     " ; they are still "),
    (re.compile(r"\b(?:lies |is |stays |remains )?(?:beyond|out of) (?:its |their |our )?reach\b"),
     "is not reached"),
    (re.compile(r"((?:gradient )?[wb][12](?:(?: ,)?(?: and| or)? (?:gradient )?[wb][12])*)"
                r"(?: ,)? which (?:both |all )?"), r"\1 ; \1 "),
    (re.compile(r"\bno (?:redundant|duplicate|duplicated) (?:features?|columns?)\b"),
     "linearly independent columns"),
    (re.compile(r"\b(to the (?:right|left)) (?:just )?a (?:little )?(?:bit|little)\b"), r"\1"),
    (re.compile(r"\bin (?:the|this|that) (?:very )?same (?:situation|case|scenario)\b(?: ,)?"), ""),
    (re.compile(
        r"((?:w1|b1|hidden|param\w*)\b[^,;.]{0,40}?) only ((?:\w+ ){0,4}?)"
        r"(?:if|when|whenever|while|where|for|aslongas|as long as)"
        r" (?:the |a |an |some |any |its |their |those |at least one |of |hidden |corresponding )*"
        r"(?:relus?|units?|neurons?|gates?|masks?) (?:is |are |be |that are )?"
        r"(?:active|activated|on|open|alive|nonzero|positive|firing"
        r"|not (?:dead|zero|off|closed|inactive))\b"), r"\1 only \2through the relu gate"),
    (re.compile(
        r"\b((?:if|when) [^,;.]{3,60}? (?:dead|off|inactive|zero|closed|#0))"
        r" (?=(?:the |only |all |both )?(?:input|x|gradients?|it|w1|b1|hidden|they|parameters)\b)"),
     r"\1 ; "),
    (re.compile(r"\b(provided|assuming|given|if)( that)? n ?[≥>] ?[dp] and "), r"\1 "),
    (re.compile(r" (?:and|or) (?:(?:on|by|in|with|through|via) )?nothing (?:else|besides|more)"
                r"(?=\W*$| ?[,;.])"), ""),
    (re.compile(r"\b((?:if|when|whenever|once)\b[^.;]{3,120}?) then "), r"\1 ; "),
    (re.compile(
        r"\b((?:if|when|once) (?:(?:we|you|i|one|gd|gradient descent|it|sgd) )?(?:is |are )?"
        r"(?:only )?(?:run|start|begin|init|apply|perform|launch|have|keep|use|add)\w*\b"
        r"[^,;.]{0,60}?)"
        r" (?=(?:it|we|they|gd|gradient descent|sgd|the (?:iterates?|algorithm|method|sequence))"
        r" (?:will|would|should|converges?|ends?|goes|go|gets?|settles?|is|are|stops?|moves?"
        r"|slides?|finds?|reach(?:es)?|lands?)\b)"), r"\1 ; "),
    (re.compile(r"\b(same|such|identical|equal|just|exactly|as)((?: \w+){0,4}) as\b"),
     r"\1\2 likeas"),
    (re.compile(r"\b(is|are) when\b"), r"\1 that"),
    (re.compile(r"\b(stops?|ends?|settles?) (?:as soon as|once|when)\b"), r"\1 where"),
    (re.compile(
        r"^(?:as )?(?:we|one|you|i) (?:can |could )?(?:\w+ly |also |now )?(?:see|note|observe"
        r"|notice|conclude|know|find|say)(?: from [\w ]{1,40}?)?(?: that| ,) "), ""),
    (re.compile(r"\b(is|are|do|does|can|will|must|has|have|not) (?:thus|hence|therefore|so)\b"),
     r"\1"),
    (re.compile(r"\bi\.e\."), "thatis"),
    (re.compile(r"\bbecause of\b|\bdue to\b"), "dueto"),
    (re.compile(r"\beven (?:with|for|at|under)\b"), "nomatter with"),
    (re.compile(r"\b([wb][12])(?: ,)?(?: and| or| &| /| ,) (?=[wb][12]\b)"), r"\1 "),
    (re.compile(r"\bno matter (?:what|how|which|whether|if)\b"), "regardless of"),
    (re.compile(r"\bwhether or not\b|\bregardless of whether\b"), "regardless of"),
    (re.compile(r"\bas well as\b"), "and"),
    (re.compile(r"\beven (?:if|when|though|in case)\b"), "evenif"),
    (re.compile(r"\bnot only\b|\bnot just\b|\bnot merely\b"), "notonly"),
    (re.compile(r"\bnothing (?:else )?but\b"), "only"),
    (re.compile(r"\bno more than\b|\bnone other than\b"), "just"),
    (re.compile(r"\bno longer\b|\bnot any ?more\b"), "not"),
    (re.compile(r"\bnot (.{0,20}) any ?more\b"), r"not \1"),
    (re.compile(r"\bno doubt\b|\bwithout (?:any )?doubt\b"), "surely"),
    (re.compile(r"\bnot? (?:be )?surpris\w+\b"), "expected"),
    (re.compile(r"\brather than\b|\binstead of\b|\bas opposed to\b|\band not\b|\bbut not\b"),
     "; not"),
    (re.compile(r"\bso that\b|\bsuch that\b|\bin order to\b"), "; so"),
    (re.compile(r"\bskip or no skip\b|\bwith or without\b(?: the| a)?(?: skip)?(?: connection)?"),
     "regardless of"),
)  # fmt: skip

_ANY_IDIOM = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _IDIOMS))

_TURN = re.compile(
    r"(?: ,)? ?\b(?:on the other hand|on the contrary|in contrast|by contrast|in comparison|however"
    r"|nevertheless|conversely)\b(?: ,)? ?"
)
"""A turn to something else: between two statements, or inside the second (“W1, however, is …”)."""

_HARD = re.compile(
    r"\s*(?:;|\bbut\b|\bwhereas\b|\bwhile\b|\balthough\b|\bthough\b|\byet\b|\bbecause\b|\bsince\b"
    r"|\bthen\b(?= (?:it|gd|gradient|the|we|they|x|this|that|there)\b)"
    r"|\bhence\b|\btherefore\b|\bthus\b|\bwhich\b|\bconsequently\b|⇒|\bso\b(?! far| small| large)"
    r"|\bas (?=(?:they|it|its|their|the|these|those|this|there|we|both|no|all|each)\b)"
    r"|(?=\b(?:if|iff|when|whenever|unless|provided|aslongas|once|evenif|regardless|given that"
    r"|in case)\b))\s*"
)
_SOFT = re.compile(r"\s*(?:,|:|—|\(|\)|\band\b|→(?= (?:they|it|so)\b))\s*")
_CONDITION = re.compile(
    r"(?:if|iff|when|whenever|unless|provided|aslongas|once|given that|in case)\b"
)
_CONCESSION = re.compile(r"(?:evenif|regardless)\b")
_ELLIPSIS = re.compile(r"(?:and |or |; )?(?:not|nor|neither|never)\b")
_FORWARD = re.compile(
    r"(?:for|in|at|with|to|regarding|concerning|as for|among|of|on|by|unlike|like|compared|then|yes"
    r"|no|thanks|due|from|under|through|via|by|only|also|so|similarly|likewise)\b"
)
_GAPPED = re.compile(
    r"(?:to |for |of |at )?(?:the )?(?:[\w']+ ){1,4}?(?:only|just|solely|merely)"
    r" (?:through|via|by|over|along|from)\b"
)
"""“The input gets e directly, W1 only through W2”: the verb is left out."""

_PRONOUN_FIRST = re.compile(r"(?:they|it|their|its|this|these|that)\b")
VERB = re.compile(
    r"\b(?:is|are|was|were|be|am|do|does|did|has|have|had|can|could|will|would|shall|should|must"
    r"|may|might|gets?|got|goes|go|pass(?:es)?|comes?|flows|reach(?:es)?|receives?|helps?|depends?"
    r"|rely|relies|remains?|stays?|stuck|vanish(?:es)?|needs?|makes?|gives?|contains?|exists?"
    r"|converges?|settles?|ends?|finds?|follows?|becomes?|creates?|provides?|benefits?|profits?"
    r"|prevents?|protects?|affects?|adds?|carries|bypass(?:es)?|equals?|match(?:es)?|coincides?"
    r"|agrees?|differs?|implies|means|holds?|requires?|leads?|moves?|slides?"
    r"|stops?|diverges?|oscillates?|shows?|takes?|uses?|keeps?|lies|sits?|acts?|serves?|applies"
    r"|improves?|guarantees?|ensures?|allows?|changes?|multipl(?:y|ies)|travels?|arrives?|admits?"
    r"|tends?|goes|shrinks?|decays?|works?|travels?|alleviates?|mitigates?|increases?|decreases?"
    r"|involves?|includes?|propagates?|sees?|behaves?|averages?|cancels?|drops?|yields?|boosts?|gains?|profits?|suffers?|lie|wants?|escapes?|misses|falls?|gated|scaled)\b"
)
_EQUATED = re.compile(r"\bgradient \w+ =")
"""“∂L/∂x = e” says as much as a verb does."""

_SUBJECTLESS = re.compile(rf"(?:(?:still|also|only|just|then|again|even) )*{VERB.pattern}")
_NEGATIVE = re.compile(r"\b(?:not?|none|neither|nor|never|nothing|without)\b")
_BARE = re.compile(
    r"\b(?:(?:do|does|did|is|are|can|will|would|has|have) not(?: either)?|can|does|do|will|would)$"
)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|be|do|does|did|can|could|will|would|has|have|must|not|only)\b"
)
_PREPOSITION = re.compile(r"(?:to|for|of|by|through|from|via|with|in|at|as|over|on)")
OBJECT_WORDS = 5
"""Words behind a verb that are taken along when another clause leaves both out."""

_CUT = re.compile(r"\b(?:to|for|of|in|at|the|only|on|its|their|with|w1|w2|b1|b2|x)\b|[,;:()]")


class Clause(NamedTuple):
    """One clause; `kind` says whether it is claimed at all."""

    text: str
    kind: Kind


@lru_cache(maxsize=2_000)
def clauses(sentence: str) -> tuple[Clause, ...]:
    """The clauses of a sentence in plain words."""
    if _ANY_IDIOM.search(sentence):
        for pattern, words in _IDIOMS:
            sentence = pattern.sub(words, sentence)
    sentence = _TURN.sub(_turned, sentence)
    found: list[Clause] = []
    for stretch in _hard_stretches(sentence):
        for piece in _merged(_SOFT.split(stretch)):
            found.append(Clause(_completed(piece, found), _kind(piece)))
    return tuple(_with_concessions([clause for clause in found if clause.text]))


def _turned(match: re.Match[str]) -> str:
    """A boundary behind a whole statement, nothing between a subject and its verb."""
    before = re.split(r"[;,.]", match.string[: match.start()])[-1]
    return " ; " if VERB.search(before) else " "


def _with_concessions(found: list[Clause]) -> Iterator[Clause]:
    """“even if …” makes what is said beside it hold in any case, which is noted there."""
    for number, clause in enumerate(found):
        leads = number == 1 and found[0].kind == "concession"
        follows = number + 1 < len(found) and found[number + 1].kind == "concession"
        if clause.kind == "plain" and (leads or follows):
            yield Clause(f"{clause.text} nomatter", "plain")
        else:
            yield clause


def _hard_stretches(sentence: str) -> Iterator[str]:
    yield from (piece.strip() for piece in _HARD.split(sentence) if piece and piece.strip())


def _merged(pieces: list[str]) -> list[str]:
    """Pieces between commas and the like, joined until each has a verb of its own."""
    merged: list[str] = []
    waiting = ""
    for piece in pieces:
        if waiting and _PRONOUN_FIRST.match(piece):  # “none of W1, b1 (they go through W2)”
            merged.append(waiting)
            waiting = ""
        text = f"{waiting} {piece}".strip()
        waiting = ""
        if not piece.strip():
            waiting = text
        elif (
            VERB.search(piece)
            or _EQUATED.search(piece)
            or _ELLIPSIS.match(piece)
            or _kind(text) != "plain"
            or (merged and _GAPPED.match(piece))
        ):
            merged.append(text)
        elif merged and not _FORWARD.match(piece) and _kind(merged[-1]) == "plain":
            merged[-1] = f"{merged[-1]} {text}"
        else:
            waiting = text
    if waiting and merged and _kind(merged[-1]) == "plain":
        return [*merged[:-1], f"{merged[-1]} {waiting}"]
    return [*merged, waiting] if waiting else merged


def _kind(piece: str) -> Kind:
    if _CONCESSION.match(piece):
        return "concession"
    return "condition" if _CONDITION.match(piece) else "plain"


def _completed(piece: str, before: list[Clause]) -> str:
    """A clause with what it leaves out to be understood from the one before."""
    piece = piece.strip(" .!,;:")
    before = [clause for clause in before if clause.kind != "concession"]
    if not before or before[-1].kind == "condition":
        return piece
    if _ELLIPSIS.match(piece) and not VERB.search(piece):
        return _with_verb(piece, before[-1].text)
    if _SUBJECTLESS.match(piece):
        return f"{_subject(before[-1].text)} {piece}".strip()
    if _BARE.search(piece):
        return f"{piece} {_predicate(before[-1].text)}".strip()
    return piece


def _subject(clause: str) -> str:
    """What stands before the verb, unless it denies something by itself."""
    verb = VERB.search(clause)
    subject = clause[: verb.start()].strip() if verb else ""
    return "" if _NEGATIVE.search(subject) else subject


def _predicate(clause: str) -> str:
    """The verb that says something, and its object: “benefits”, “has a direct path”."""
    verbs = list(VERB.finditer(clause))
    main = [match for match in verbs if not _AUXILIARY.match(match[0])]
    if main:
        words = clause[main[0].start() :].split()[: 1 + OBJECT_WORDS]
    else:
        words = clause[verbs[-1].end() :].split()[:2] if verbs else []
    kept = takewhile(lambda word: not _PREPOSITION.fullmatch(word), words)
    return " ".join(word for word in kept if word not in ("not", "never", "nomatter"))


def _with_verb(piece: str, clause: str) -> str:
    """“not W1 and b1” behind “it helps x” is “not helps W1 and b1”."""
    verbs = list(VERB.finditer(clause))
    if not verbs:
        return piece
    tail = clause[verbs[0].start() :]
    cut = _CUT.search(tail)
    verb = tail[: cut.start() if cut else None].strip()
    return f"not {verb} {_ELLIPSIS.sub('', piece, count=1).strip()}"
