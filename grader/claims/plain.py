"""A sentence as written → the same sentence in lower case, with its markup and formulas plain."""

from __future__ import annotations

import re
from functools import lru_cache

from grader.claims.notation import plain_formulas
from grader.claims.numbers import with_values

MAX_SENTENCE = 3_000
"""Characters of one sentence that are read; honest ones have up to 600, formulas included."""

_EMPHASIS = re.compile(r"\*\*|__|(?<![\w\\^])[*_](?=\S)|(?<=[\w.,:!)])[*_](?![\w^({\\\[])|`")
_QUOTES = re.compile(r"[“”„\"«»]|``|''|(?<!\w)['‘](?=\w)|(?<=[a-z])['’](?=[\s,;:)])(?<!s['’])")
_LINE_START = re.compile(r"^[ \t]*(?:#{1,6} |> ?|[-*+•] |\\item\b(?:\s*\[[^\]]*\])?)", re.MULTILINE)
_HTML = re.compile(r"</?(?:b|i|em|strong|u|sub|sup|span|p|br|div|li|ul|ol)\b[^<>]{0,80}>")
_NON = re.compile(r"\bnon[- ](?=[a-z])")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_CONTRACTIONS = (
    (re.compile(r"\b(?:can't|cant|cannot|can not)\b"), "can not"),
    (re.compile(r"\b(?:won't|wont)\b"), "will not"),
    (re.compile(r"\b(?:shan't)\b"), "shall not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should|need|must)n'?t\b"),
     r"\1 not"),
    (re.compile(r"\b(it|that|there|here|what|this)'s\b"), r"\1 is"),
    (re.compile(r"\b(they|we|you)'re\b"), r"\1 are"),
    (re.compile(r"\b(it|we|they|i|you|there|that)'ll\b"), r"\1 will"),
    (re.compile(r"\b(it|we|they|i|you|there)'d\b"), r"\1 would"),
    (re.compile(r"\b(we|they|i|you)'ve\b"), r"\1 have"),
    (re.compile(r"\bw\.?\s?r\.?\s?t\.?(?=\s)"), "with respect to"),
    (re.compile(r"\bi\.\s?e\.,?"), " i.e. "),
    (re.compile(r"\be\.\s?g\.,?"), " e.g. "),
    (re.compile(r"\b(?:bc|b/c|cuz|coz)\b"), "because"),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/\s"), "with "),
    (re.compile(r"\blin\.? (?=(?:in)?dep)"), "linearly "),
    (re.compile(r"\bindep\.(?=[\s,;:)]|$)|\bindep\b"), "independent"),
    (re.compile(r"\b(?:i|we) (?:now |also |thus )?claim (?:that )?"), ""),
    (re.compile(r"\b(by|from|in|using|with) the claim (?=(?:in|of|from)\b)"), r"\1 the result "),
    (re.compile(r"\bfor some (?=(?:[^a-z.;]|\b[a-z]\b){0,30}\bmatri(?:x|ces)\b)"), "for a "),
    (re.compile(r"\b(prediction|output|ŷ) is (?:still )?(?:wrong|imperfect|off)\b"),
     r"\1 is not exact"),
    (re.compile(r"(?<!without )(?<!not )(?<!never )\bmiss(?:es|ing|ed)"
                r" (?=the (?:true |real )?global\b)"), "and does not reach "),
    (re.compile(r"\bgrads\b"), "gradients"),
    (re.compile(r"\bparams\b"), "parameters"),
)  # fmt: skip
_ANY_CONTRACTION = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _CONTRACTIONS))
_DASH = re.compile(r"\s*(?:--+|–|—)\s*|(?<=[\w)\"”:])\s-\s(?=[a-z]{2})(?!\s-\s(?:sin|cos))")
_SPACED = re.compile(r"([,;:()\[\]=≈≠<>≤≥≻→⇒⇔—])")
_BLANK = re.compile(r"\s+")


@lru_cache(maxsize=2_000)
def plain(text: str) -> str:
    """The sentence in plain words."""
    text = _HTML.sub(" ", _LINE_START.sub(" ", text[:MAX_SENTENCE]))
    text = _QUOTES.sub("", _EMPHASIS.sub("", text))
    text = plain_formulas(text).lower()
    if _ANY_CONTRACTION.search(text):
        for pattern, words in _CONTRACTIONS:
            text = pattern.sub(words, text)
    text = _HYPHEN.sub(" ", _NON.sub("non", text))
    text = _DASH.sub(" — ", text.replace("=>", "⇒").replace("->", "→").replace(":=", "="))
    return _BLANK.sub(" ", _SPACED.sub(r" \1 ", with_values(text))).strip()
