"""What the words of an argument for Aᵗw₀ → 0 say: the structure of A, sizes, limits, doubts."""

from __future__ import annotations

import re
from typing import Final

_STRUCTURE: Final = re.compile(
    r"\bsymmetr\w*|\bsimétric\w*|\bsimmetric\w*|\bnormal matrix|\bis normal"
    r"|\bspectral (?:theorem|decomposition)|\borthonormal|\borthogonal|\beigenpair|\beigenbas[ie]s"
    r"|\beigenvector|\bby symmetry of (?:A|§)"
    r"|\beigen-?\s?decomposition|\beigenvalue decomposition|\bdiagonali[sz]",
    re.IGNORECASE,
)
_SIZE: Final = (
    r"(?:absolute values?|magnitudes?|modul(?:us|i|e)|betrag|valore assoluto|valeur absolue)"
)
_BELOW: Final = r"(?:less|smaller|strictly smaller|strictly less|below|under|lower)"
_BELOW_ONE: Final = re.compile(
    rf"{_SIZE}s?\b[^.]{{0,25}}(?:less|smaller|below|strictly|<|kleiner|inférieur)"
    rf"|{_BELOW}\s+(?:than\s+)?(?:one|1|§)\s+in\s+{_SIZE}"
    rf"|{_SIZE} {_BELOW} than (?:1|one|§)"
    r"|(?:eigenvalues?|evals?|entries|they|them|all)\b[^.;]{0,60}"
    r"(?:in|inside|within|lie in|between)\s+(?:the\s+)?(?:open\s+)?(?:interval\s+)?"
    r"\(\s*[-−]\s*1\s*,\s*1\s*\)"
    r"|(?:in|inside|within|lie in|between)\s+(?:the\s+)?(?:open\s+)?interval\s+\(\s*[-−]1"
    r"|\beigenvalues?\b[^.;]{0,40}\bbetween\s+[-−]\s?1\s+and\s+1\b(?!\.?\d)"
    r"|\|\s*(?:all\s+)?eigenvalues?(?:\s+of\s+A)?\s*\|\s*<\s*1"
    rf"|\bspectral (?:norm|radius)\b[^.;]{{0,80}}\b{_BELOW} than (?:1|one|§)"
    r"|\b(?:eigenvalues?|evals?|entries|spectrum)\b[^.;]{0,40}"
    r"\b(?:in|inside|within) the (?:open )?unit (?:interval|disc|disk|circle)",
    re.IGNORECASE,
)
_NOT_BELOW: Final = re.compile(rf"\b(?:not|never|n't|no longer) (?:\w+ )?{_BELOW}\b", re.IGNORECASE)
_EIGENVALUES_IN: Final = re.compile(
    r"\b(?:(?:eigenvalues?|evals?|spectrum)\b[^.;]{0,60}|(?:them|these|they)\b[^.;]{0,30}"
    r"|\bit(?: is|['’]s) "
    r"|(?<!not )\ball\b[^.;]{0,15}|\bentries\b(?! of [Aa§])[^.;]{0,15})"
    r"\b(?:in|within|between|inside)\W*$",
    re.IGNORECASE,
)
_BASIS: Final = re.compile(r"\bbasis\b|\bspan\b|\blinear combination|\beigenbasis\b", re.IGNORECASE)
_TO_ZERO: Final = (
    r"(?:(?:go(?:es|ing)?|tend(?:s|ing)?|converg(?:es?|ing)|shrinks?|decays?|approach(?:es)?)"
    r"(?: \w+)? (?:to )?(?:zero|0|§)|vanish\w*|disappears?|dies? out|decays? \w+ly)"
)
_VANISHES: Final = re.compile(
    r"\b(?:go(?:es|ing)?|tend(?:s|ing)?|converg(?:es?|ing)) to (?:zero|0|§)|\bvanish\w*|[→➝]\s*0\b"
    r"|\bdies? out\b|\bdecays? (?:geometrically|exponentially)"
    r"|\b(?:decay(?:s|ing)?|shrink(?:s|ing)?) to (?:zero|0|§)|\bapproach(?:es)? (?:zero|0|§)",
    re.IGNORECASE,
)
_POWERS_VANISH: Final = re.compile(
    rf"\b(?:powers?|raised to|(?:eigenvalues|evals) to the t(?:-?th)?)\b[^.;]{{0,60}}{_TO_ZERO}"
    r"|\b(?:each|every) (?:application|step|multiplication|iteration|time)\b[^.;]{0,40}"
    rf"\bmultipl[^.;]{{0,40}}{_BELOW}"
    rf"|\bmultiplied by § (?:each|every) (?:time|step)\b[^;]{{0,80}}{_BELOW}",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(
    r"\beigenvectors? (?:of \S+ )?(?:\w+ ){0,2}(?:shrink|vanish|go|tend|are less|smaller|decay)\w*"
    r"|\beigenvalues? (?:§ )?of (?:the )?(?:hessian|XᵀX|X\^TX)\b[^.;]{0,30}"
    r"\b(?:less|smaller|below|between|in|inside|within)\b",
    re.IGNORECASE,
)
_BELOW_ONE_OF_ANOTHER: Final = re.compile(
    r"\beigenvalues? (?:§ )?of § (?:are|is|all|lie|have)\b[^.;]{0,40}"
    rf"\b(?:{_BELOW}|in|between)\b",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"\beigenvalues? (?:§ )?of\W*(?:the matrix\W*)?$", re.IGNORECASE)
_BARS: Final = re.compile(
    r"\|\s*(?:all\s+)?eigenvalues?(?:\s+of\s+(?:A|§))?\s*\|\s*§"
    r"|\b(?:each|every|all)\b[^.;§]{0,25}\b(?:eigenvalues?|entry|entries)\b[^.;§]{0,20}"
    rf"\b{_SIZE}s? §",
    re.IGNORECASE,
)
_RADIUS: Final = re.compile(
    rf"\bspectral radius(?: of (?:A|§))?(?: §)?(?: is| being)?(?: therefore| then| thus| also)?"
    rf" (?:strictly )?(?:{_BELOW}) (?:than )?(?:1|one|§)(?!\s*(?:if|only|when|or equal))",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(r"\\?\b(?:max|sup).*\|\s*\^\s*\{?[tk]\}?.*(?:\\\||‖|\|).*w_\{?0")
_DOUBT: Final = re.compile(
    r"\b(?:(?:not|n't) (?:vanish|converge|tend|go|decay|necessarily|possible|all|every)|diverg\w*"
    r"|some §|for some|some of|"
    r"some (?:\w+ )?(?:eigenvalues?|evals?|directions?|coordinates?|components?)|"
    r"some (?:\w+ )?(?:entr(?:y|ies)|numbers?)|(?<!if and )only (?:if|when|for|in)|"
    r"smallest(?: eigenvalue| one)?(?: §)? (?:satisf\w+|is (?:less|smaller|below)|has)|"
    r"bounded|unless|identity matrix|transpose of|never|wrong|not sure|at least one|"
    r"determinant|trace|frobenius|(?:entry|entries|elements?) of (?:the matrix )?(?:A|§))\b",
    re.IGNORECASE,
)
_MULTIPLIED: Final = re.compile(
    r"\b(?:multiplied|scaled) by\W*$|\bdiagonal with (?:the )?(?:diagonal )?entries\W*$"
    r"|\bcoordinates? of § (?:are|is)\W*$|\bbecomes?\W*$",
    re.IGNORECASE,
)
_ENTRIES: Final = re.compile(
    r"\b(?:entries|elements) (?:of (?:the matrix )?(?:A|§) )?[^.;]{0,30}"
    r"\b(?:less|smaller|below|between)\b"
    rf"|\ball (?:its|the|of its) (?:entries|elements) [^.;]{{0,20}}{_BELOW}\b",
    re.IGNORECASE,
)
_DETERMINANT: Final = re.compile(r"\bdeterminant\b|\bdet\b", re.IGNORECASE)
_BECAUSE: Final = re.compile(r"\b(?:because|since|as|weil|da|car|porque|perché)\W*$", re.IGNORECASE)
_REASON: Final = re.compile(
    r"\beigen\w*|\bspectr\w*|\bnorms?\b|\bsymmetr\w*|\bdiagonal\w*|\bpowers?\b|\bseries\b|\bhint\b"
    r"|\bjordan\b|\bcontract\w*|\bgeometric\w*|\bradius\b|\bsmaller\b|\bless\b|\bshrink\w*",
    re.IGNORECASE,
)


def is_diagonalisable(prose: str) -> bool:
    """Whether A is said to be symmetric, or is diagonalised."""
    return bool(_STRUCTURE.search(prose))


def is_basis(prose: str) -> bool:
    """Whether the eigenvectors of a symmetric matrix are said to form a basis."""
    return bool(_BASIS.search(prose)) and is_diagonalisable(prose)


def is_below_one(prose: str) -> bool:
    """Whether the sizes of the eigenvalues, or the norm, are said to be below one."""
    return bool(_BELOW_ONE.search(prose)) and not _NOT_BELOW.search(prose)


def speaks_of_eigenvalues_in(before: str) -> bool:
    """“All eigenvalues lie in”, and then an interval."""
    return bool(_EIGENVALUES_IN.search(before))


def powers_vanish(prose: str) -> bool:
    """Whether powers of eigenvalues are said to go to zero."""
    return bool(_POWERS_VANISH.search(prose))


def is_of_another(prose: str) -> bool:
    """Whether it is said of other things than the powers of the eigenvalues of A."""
    return bool(_ANOTHER.search(prose))


def is_below_one_of_another(prose: str) -> bool:
    """Whether sizes are given for the eigenvalues of something that is named."""
    return bool(_BELOW_ONE_OF_ANOTHER.search(prose))


def is_of(before: str) -> bool:
    """“The eigenvalues of”."""
    return bool(_OF.search(before))


def names_sizes(prose: str) -> bool:
    """“|eigenvalues|”, “each entry has absolute value”, and then a formula."""
    return bool(_BARS.search(prose))


def is_radius_below_one(prose: str) -> bool:
    """Whether the spectral radius is said to be below one."""
    return bool(_RADIUS.search(prose)) and not _NOT_BELOW.search(prose)


def is_below(before: str) -> bool:
    """“Less than”, and then a formula."""
    return bool(re.search(rf"\b{_BELOW}(?: than)?\W*$", before, re.IGNORECASE))


def is_radius_of(before: str) -> bool:
    """“The spectral radius of”."""
    return bool(re.search(r"\bspectral radius of\W*(?:the matrix\W*)?$", before, re.IGNORECASE))


def is_bound(source: str) -> bool:
    """max |λᵢ|ᵗ‖w₀‖ in a formula that was not read: bars beside bars."""
    return bool(_BOUND.search(source))


def is_multiplied(before: str) -> bool:
    """“Every coordinate is multiplied by”, “is diagonal with entries”."""
    return bool(_MULTIPLIED.search(before))


def argues_with_entries(prose: str) -> bool:
    """Whether the size of the entries of A is the reason."""
    return bool(_ENTRIES.search(prose)) and not is_diagonalisable(prose)


def argues_with_determinant(prose: str) -> bool:
    """Whether the determinant is the reason."""
    return bool(_DETERMINANT.search(prose)) and not is_diagonalisable(prose)


def speaks_of_eigenvalues(prose: str) -> bool:
    """Whether eigenvalues or the spectrum are mentioned."""
    return bool(re.search(r"\beigen\w*|\bevals?\b|\bspectr\w*", prose, re.IGNORECASE))


def vanishes(prose: str) -> bool:
    """Whether something is said to go to zero."""
    return bool(_VANISHES.search(prose))


def is_doubtful(prose: str) -> bool:
    """Whether a word restricts the argument, or argues with something that does not carry."""
    return bool(_DOUBT.search(prose))


def is_because(before: str) -> bool:
    """Whether what follows is a reason."""
    return bool(_BECAUSE.search(before))


def gives_no_reason(prose: str) -> bool:
    """Whether nothing that could be a reason is mentioned."""
    return not _REASON.search(prose)
