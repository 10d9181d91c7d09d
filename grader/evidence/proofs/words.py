"""What the words around the formulas of a proof say: reasons, citations, doubts.

A chain can be right and its justification wrong. So a proof is certified only if its reasons are in
words that are known to be harmless, and nothing restricts it to special cases.
"""

from __future__ import annotations

import re
from typing import Final

from grader.evidence.proofs.lines import MARK

_DOUBTFUL: Final = re.compile(
    r"\b(?:jensen\w*|concav\w+|increas\w+|monoton\w*|"
    r"decreas\w+|assum\w+|suppos\w+|for example|for instance|orthogonal\w*|"
    r"independent|contradict\w+|not convex|"
    r"zero mean|integers?|in this case|only if|only when|proportional|parallel|"
    r"doesn.t hold|does not hold|wrong|mistake|not sure|probably|maybe|"
    r"somehow|guess|i think|i believe|should be)\b"
    r"|\b(?:wlog|without loss(?: of generality)?)(?![^.;]{0,30}(?:§|\bnothing))"
    r"|\b(?:wlog|without loss(?: of generality)?)[^.;]{0,60}\b(?:positive|negative|larger|smaller|"
    r"bigger|greater|less|zero|non-?negative|integers?|ordered)\b",
    re.IGNORECASE,
)
_REASON: Final = re.compile(
    r"\b(?:since|because(?: of)?|due to|as a consequence of|thanks to|follows (?:from|by)|by"
    r"|weil|denn|puisque|parce que|porque|ya que|perché|poiché)\b"
    r"(?P<reason>[^.;:]*)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[a-zA-Z][a-zA-Z'’-]*")

_HARMLESS: Final = frozenset(
    """a an the this that these those it its is are was be been being has have we you i our us of
    to in on at for from with and or so then thus hence therefore also again both each every all any
    which where when while as if not never no non nonnegative non-negative negative positive least
    most zero one two three squares square squared squaring sum sums summing sides side left
    right term terms last first second final middle factor factors product products difference
    differences weights weight scalar scalars real reals number numbers interval between expression
    expressions inequality inequalities equality identity equation equations definition defining
    expand expanding expansion expanded multiply multiplying multiplied add adding subtract
    subtracting subtraction collect collecting regroup regrouping rearranging rearrange simplify
    simplifying completing complete above before below previous earlier part parts problem exercise
    question homework result step steps shown proved proven proof prove proves show shows see seen
    we've already now used use uses using apply applying applied applies application convexity
    convex function functions quadratic scalar norm norms normed euclidean triangle cauchy
    schwarz cauchy-schwarz am gm am-gm amgm arithmetic geometric mean linearity linear affine map
    maps inner products bilinearity bilinear symmetry symmetric distributivity distributive binomial
    formula formulas theorem pythagoras parallelogram polarization young young's inequality's
    component components componentwise coordinate coordinates row rows index vector vectors matrix
    point points value values constant substitution substituting replacing replaced replace letting
    setting writing write written note noting observe observing get gets gives give given obtain
    obtained yields follows follow following holds hold true always exactly just only same similar
    similarly reason argument way here there can could must desired required claim claimed
    statement completes done induction everything lies lie belongs belong range well clearly
    obviously indeed once more than other another bigger smaller greater less larger equal equals
    definition's b c d x y t u v w z p q r n s f g h X tt lemma ii iii iv
    construction assumption hypothesis choice nature algebra inspection direct directly computation
    calculation comparing comparison combining combined together monotonicity monotone nonneg
    dropping drop removing remove leaving out bounded bounding bound estimate estimating by
    since because lets let out pull pulled ref eq parabola above below its tangent
    tangents lies graph insert inserting plug plugging in coefficient coefficients cancel cancels
    cancelling canceled cancelled together itself themselves they them addition plus minus
    defect gap identity on lhs rhs ty
    summation over through times dividing divide division moving move bringing bring
    place up need needs needed check checks checking verify verifying want wants order rewrite
    rewriting rewritten argument arguments summand summands satisfy satisfies satisfying give giving
    expression's like would aim goal calculate calculated compute computed computing work works
    exact exactly group grouping factor factoring factored out common sign signs start starting
    begin again step individual single separately own corresponding respectively respective
    vectorwise entry entries entrywise each's residual residuals data sample samples observation
    lets compare conclude concludes concluding inserted plugged split splitting open brackets
    bracket parentheses parenthesis what wanted starts ends end finally next
    reversible equivalent equivalence equivalences""".split()
)
"""Words of reasons that carry no claim of their own, or one that the formulas show anyway."""

_LETTERS: Final = re.compile(r"[ts][a-z]|[a-z]['’]s")

_CITES: Final = {
    "3b.proof": re.compile(
        r"\(\s*a\s*\)|\ba\)|\bparts?\s+\(?a\b|\bpart\s+one\b|\b3\s?\(?\.?a\)?|first part"
        r"|previous (?:part|problem)"
        r"|\b(?:same|as|like|exactly) (?:as |with |in )?(?:above|before)\b"
        r"|\bteil\s+\(?a\b|\bpartie\s+\(?a\b|\bparte\s+\(?a\b|\bpunto\s+\(?a\b",
        re.IGNORECASE,
    ),
    "3c.proof": re.compile(
        r"\(\s*[ab]\s*\)|\b[ab]\)|\bparts?\s+\(?[ab]\b|\b3\s?\(?\.?[ab]\)?"
        r"|previous (?:part|problem)s?|first part"
        r"|\b(?:same|as|like|exactly) (?:as |with |in )?(?:above|before)\b"
        r"|convexity of (?:the )?(?:square|§)|\b(?:teil|partie|parte|punto)\s+\(?[ab]\b",
        re.IGNORECASE,
    ),
}
_CRITERION: Final = re.compile(
    r"second[- ](?:order )?derivative|\bhessian\b|positive semi-?\s?definite|\bpsd\b|semi-?definite"
    r"|zweite ableitung|dérivée seconde|hessienne|segunda derivada|derivata seconda|hessiana",
    re.IGNORECASE,
)
_PROVES: Final = re.compile(
    r"\b(?:lemma|theorem|proposition|taylor|mean[- ]value|integral|integrat\w+|criterion|"
    r"first[- ]order|tangent|supporting|rolle|prove|proof|proved|proven|monoton\w+|line segment|"
    r"restrict\w*|along)\b",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(
    r"\b(?:proof|proved|proven)\b[*_}\s]*[.:]|\\(?:begin|end)\{proof\}"
    r"|\bprove that (?:f|§) is convex",
    re.IGNORECASE,
)
_REASONED: Final = re.compile(
    r"\b(?:since|because|due|by|using|thanks|follows?|from|lemma|theorem|cauchy|triangle|jensen"
    r"|expand\w*|wegen|weil|car|puisque|perché|porque|nach|laut|per|por|same|similar\w*|analog\w*|"
    r"as (?:in|before|above))\b",
    re.IGNORECASE,
)
_JENSEN: Final = re.compile(r"\bjensen\b", re.IGNORECASE)
_SPECIAL_AS_PART: Final = re.compile(
    r"\(\s*a\s*\)[^.;]{0,20}\bspecial case\b|\bspecial case\b[^.;]{0,30}\(\s*b\s*\)", re.IGNORECASE
)
_SQUARE_INCREASES: Final = re.compile(
    r"(?:§|\b(?:the )?squar(?:e|ing)(?: function| map)?|\bit) (?:is|being) "
    r"(?:monotonically |strictly |an? )?(?:increasing|monotone)(?: function)? "
    r"(?:for|on|when|over) (?:the )?(?=§|\[|non-?\s?negative|positive)",
    re.IGNORECASE,
)
_CAUCHY: Final = re.compile(r"\bcauchy|\bschwarz|\bCBS\b|\bC\.?-?S\.?\b", re.IGNORECASE)
_COMBINES: Final = re.compile(
    r"\bweighted (?:sum|average|mean)|\bcombin\w+|\btimes\b|\bmultipl\w+|\badd(?:ing)?\b|\bsum\w*"
    r"|\baverag\w+|\bcancel\w*|\bconvex combination",
    re.IGNORECASE,
)
_REFERS: Final = re.compile(
    r"\b(?:claims?|lemma\w*|criterion|tool|theorem|proposition|observation|fact|same|similar\w*|"
    r"likewise|again|analogous\w*|as (?:in|before|above)|once more|above|previous\w*)\b",
    re.IGNORECASE,
)
_EQUALITY_CASE: Final = re.compile(
    r"\b(?:equal\w*|iff|if|only|when|strict\w*|case|either|or)\b[^.;]{0,40}$", re.IGNORECASE
)


_INDIRECT: Final = re.compile(
    r"\b(?:contradict\w*|impossible|absurd\w*|suppos\w+|assum\w+|otherwise|were not|angenommen|"
    r"widerspruch|supposons|supponiamo|not true|is false|wrong|mistake)\b",
    re.IGNORECASE,
)
_COMPOSITION: Final = re.compile(
    r"\bcompos\w+\b[^.]{0,120}\b(?:affine|linear)\b"
    r"|\b(?:affine|linear)\b[^.]{0,120}\bcompos\w+\b"
    r"|\bconvex function of an? (?:affine|linear)\b",
    re.IGNORECASE,
)
_EQUALITY: Final = re.compile(r"\b(?:with|an?|by) \*?equality\b|\bequality holds\b", re.IGNORECASE)
_AFFINE_REST: Final = re.compile(
    r"\b(?:affine|linear)\b[^.]{0,80}\b(?:equality|equal|cancel\w*|drop\w*|no effect|vanish\w*)\b"
    r"|\b(?:equality|cancel\w*)\b[^.]{0,80}\b(?:affine|linear)\b"
    r"|\bconvex (?:\+|plus|function plus an?) (?:an )?(?:affine|linear)\b",
    re.IGNORECASE,
)
_ADDS: Final = re.compile(r"\badd(?:ing|ed|ition)?\b|\bsum(?:ming|med)?\b", re.IGNORECASE)
_RULE: Final = re.compile(
    r"\b(?:lemma|claim|rule|proposition|theorem|fact|observation|composition)\b", re.IGNORECASE
)
_APPLIES: Final = re.compile(r"\baffine\b|\blinear\b|\brow\b|\bof X\b", re.IGNORECASE)
_ADDS_INEQUALITIES: Final = re.compile(
    r"\b(?:add\w*|sum\w*)\b[^.;]{0,40}\binequalit\w+|\binequalit\w+[^.;]{0,30}\b(?:add|sum)\w*",
    re.IGNORECASE,
)
_IS_CONVEX: Final = re.compile(
    r"\b(?:since|because|as|due to the fact that) "
    r"(?:§|f|it|the (?:function|square|parabola)(?: §)?|x\^2|x²) (?:is|being) "
    r"(?:known to be |clearly |obviously |itself )?(?:a )?(?:strictly )?convex"
    r"(?! (?:combination|by|if|iff|when|in the sense))\b"
    r"|\bby (?:the )?convexity of (?:§|f|x\^2|x²|the (?:function|square))(?= |,|\.|;|$)",
    re.IGNORECASE,
)
_ASSUMES: Final = re.compile(
    r"\b(?:assum(?:e|ing)|suppos(?:e|ing))(?: that)?\s*(?P<f>f|§)\s*is (?:a )?convex\b",
    re.IGNORECASE,
)
_CROSS_TERM: Final = re.compile(
    r"\bam\W{0,3}gm\b|\b(?:cross|mixed|middle|young\w*|cauchy\w*|schwarz|arithmetic|geometric|"
    r"difference|subtract\w*|square of|rearrang\w*)\b",
    re.IGNORECASE,
)
_MOVES: Final = re.compile(
    r"\b(?:shift\w*|translat\w*|wlog|without loss|in general|now (?:let|take|for)|general case|"
    r"next|otherwise|similarly|other case|second case)\b",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(
    r"\b(?:parabola|graph|plot\w*|picture|draw\w*|curve|shape|bowl|u-shaped|opens? up\w*)\b",
    re.IGNORECASE,
)
_ASSERTS: Final = re.compile(
    r"\b(?:well[- ]known|known to be|it is known|obvious(?:ly)?|clearly|trivial(?:ly)?"
    r"|by definition)\b",
    re.IGNORECASE,
)


_OTHER_WAY: Final = re.compile(
    r"\blhs\s*(?:≥|>|\\geq?)=?\s*rhs\b|\brhs\s*(?:≤|<|\\leq?)=?\s*lhs\b"
    r"|\b(?:left|lhs)(?:[- ]?hand)?(?: side)? is (?:always |never )?"
    r"(?:(?<!never )(?:greater|larger|bigger|at least|more)|(?<=never )(?:smaller|less))\b"
    r"|\b(?:right|rhs)(?:[- ]?hand)?(?: side)? is (?:always |never )?"
    r"(?:(?<!never )(?:smaller|less|at most)|(?<=never )(?:greater|larger|bigger))\b",
    re.IGNORECASE,
)
"""“So LHS ≥ RHS”: the conclusion the wrong way round."""


def cites_composition(prose: str) -> bool:
    """Whether the rule for convex functions of affine ones is the argument."""
    return bool(_COMPOSITION.search(prose))


def describes_picture(prose: str) -> bool:
    """Whether the words describe the graph."""
    return bool(_PICTURE.search(prose))


def only_asserts(prose: str) -> bool:
    """Whether the words say that it is known or obvious, without any reason."""
    return bool(_ASSERTS.search(prose)) and not _REASONED.search(prose)


def doubts(prose: str) -> str | None:
    """A word or a reason that a person has to look at, or None."""
    text = _SQUARE_INCREASES.sub(" ", _SPECIAL_AS_PART.sub(" ", prose))
    if found := _DOUBTFUL.search(text) or _OTHER_WAY.search(text):
        return found[0]
    for match in _REASON.finditer(text):
        strange = [w for w in _WORD.findall(match["reason"]) if not _is_harmless(w)]
        if strange:
            return " ".join(match[0].replace(MARK, "…").split())[:80]
    return None


def _is_harmless(word: str) -> bool:
    """Whether a word carries no claim: known ones, and products of letters such as “tb”, “y's”."""
    parts = [part for part in re.split("-{2,}", word) if part]
    return all(one.lower() in _HARMLESS or _LETTERS.fullmatch(one) for one in parts)


def cites_cauchy(prose: str) -> bool:
    """Whether the Cauchy–Schwarz inequality is mentioned."""
    return bool(_CAUCHY.search(prose))


def combines(prose: str) -> bool:
    """Whether inequalities are multiplied by weights and added."""
    return bool(_COMBINES.search(prose))


def refers_back(prose: str) -> bool:
    """Whether the words refer to something that was shown before, in the same way or as a lemma."""
    return bool(_REFERS.search(prose))


def refers_by_number(prose: str) -> bool:
    """Whether something with a label is cited."""
    return "(ref)" in prose


def cites_earlier(item: str, prose: str) -> bool:
    """Whether the words refer to an earlier part of the problem."""
    pattern = _CITES.get(item)
    return pattern is not None and bool(pattern.search(prose))


def cites_criterion(prose: str) -> bool:
    """Whether the second derivative or the Hessian is mentioned."""
    return bool(_CRITERION.search(prose))


def writes_hessian(source: str) -> bool:
    """Whether ∇²f is written in a formula."""
    return bool(re.search(r"\\nabla\s*\^\s*\{?\s*2|∇²", source))


def is_indirect(prose: str) -> bool:
    """Whether something is assumed in order to contradict it: then a false line is meant so."""
    return bool(_INDIRECT.search(prose))


def contradicts(prose: str) -> bool:
    """Whether something is to be contradicted."""
    return bool(re.search(r"\bcontradict|\bimpossib|\babsurd|\bnot convex", prose, re.IGNORECASE))


def shows_picture(text: str) -> bool:
    """Whether a picture belongs to an answer, in which the proof may stand."""
    return bool(re.search(r"!\[[^\]]*\]\(|\\includegraphics|<img\b|\battached\b|\bscan\b", text))


def has_weights(source: str) -> bool:
    """Whether a formula has 1 − t in it, or an inequality."""
    return bool(re.search(r"1\s*[-−–]\s*[a-zA-Zλθα\\]|\\l?ge?q?\b|[≤≥]|\\bar", source))


def speaks_of_proof(prose: str) -> bool:
    """Whether the words point to a proof, a lemma or a theorem, besides “Proof.” as a heading."""
    return bool(_PROVES.search(_HEADING.sub(" ", prose)))


def gives_reasons(prose: str) -> bool:
    """Whether the words give a reason of any kind."""
    return bool(_REASONED.search(prose))


def takes_affine_rest_apart(prose: str) -> bool:
    """“The other terms are affine, so for them there is equality”, “convex + affine”."""
    return bool(_AFFINE_REST.search(prose))


def cites_jensen(prose: str) -> bool:
    """Whether Jensen's inequality is mentioned, which presupposes convexity."""
    return bool(_JENSEN.search(prose))


def adds_affine_part(prose: str) -> bool:
    """“The affine part satisfies it with equality; adding both …”."""
    return bool(_EQUALITY.search(prose) and _ADDS.search(prose))


def applies_rule(prose: str) -> bool:
    """Whether a lemma is applied to an affine or linear map."""
    return bool(_APPLIES.search(prose) and _RULE.search(prose))


def adds_inequalities(prose: str) -> bool:
    """Whether a sum of convex functions is dealt with by adding the inequalities."""
    return bool(_ADDS_INEQUALITIES.search(prose))


def assumes_convexity(prose: str) -> bool:
    """Whether the convexity of the function itself is the reason."""
    return bool(_IS_CONVEX.search(prose))


def begins_with_convexity(prose: str) -> bool:
    """“Assume f is convex, then …”, where f may be a formula."""
    return bool(_ASSUMES.search(prose))


def deals_with_cross_term(prose: str) -> bool:
    """Whether the words may have to do with the mixed term of a square."""
    return bool(_CROSS_TERM.search(prose))


def moves_points(prose: str) -> bool:
    """Whether a special case may stand for all, or be followed by others."""
    return bool(_MOVES.search(prose))


def is_special_case_of_b(prose: str) -> bool:
    """Whether (a) is said to be the special case b = 0 of (b)."""
    return bool(_SPECIAL_AS_PART.search(prose))


def is_equality_case(before: str) -> bool:
    """Whether the words introduce a remark on when equality holds."""
    return bool(_EQUALITY_CASE.search(before))
