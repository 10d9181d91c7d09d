"""2d.decay: why Aᵗw₀ → 0. Certified where one of three arguments is complete.

    diagonalisation   A = QΛQᵀ, so Aᵗ = QΛᵗQᵀ, and |λᵢ| < 1 makes Λᵗ → 0
    norm              ‖Aᵗw₀‖ ≤ ‖A‖ᵗ‖w₀‖ or ρᵗ‖w₀‖ with ρ < 1, A being symmetric
    eigenvectors      w₀ = Σ cᵢvᵢ, so Aᵗw₀ = Σ cᵢλᵢᵗvᵢ, and |λᵢ| < 1

Patterns of the formulas are looked for, not values: the letters for the eigenvalues are the
student's own. What contradicts the argument, or a link that is wrong, leaves it to a TA.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from grader.evidence.proofs.lines import Argument, Line, argument
from grader.evidence.proofs.symbols import factors
from grader.formulas import expression as e
from grader.model import Answers, Evidence, Finding, ItemId, Part

ITEM: Final = ItemId("2d.decay")

EXPONENTS: Final = frozenset({"t", "k", "n", "m", "T", "s"})
"""Letters for the number of steps."""

_MINUS_ONE: Final = (e.Negative(e.Number(1.0)), e.Number(-1.0))

_SYMMETRIC: Final = re.compile(
    r"\bsymmetr\w*|\bsimétric\w*|\bsimmetric\w*|\bnormal matrix|\bis normal|\bspectral theorem"
    r"|\borthonormal|\borthogonal|\beigenpair|\beigenbasis|\beigenvector|\beigendecomposition|\bdiagonali[sz]",
    re.IGNORECASE,
)
_BELOW_ONE: Final = re.compile(
    r"(?:absolute value|magnitude|modulus|betrag|valore assoluto|valeur absolue)s?\b[^.]{0,25}"
    r"(?:less|smaller|below|strictly|<|kleiner|inférieur)"
    r"|(?:less|smaller|strictly smaller|strictly less|below)\s+(?:than\s+)?(?:one|1|§)\s+in\s+"
    r"(?:absolute value|magnitude|modulus)|absolute value less than (?:1|one|§)"
    r"|(?:in|inside|within|lie in|between)\s+(?:the\s+)?(?:open\s+)?interval\s+\(\s*-1",
    re.IGNORECASE,
)
_IN_INTERVAL: Final = re.compile(
    r"\b(?:eigenvalues?\b[^.;]{0,60}|(?:them|these|they)\b[^.;]{0,30})"
    r"\b(?:in|within|between|inside)\W*$",
    re.IGNORECASE,
)
_BASIS: Final = re.compile(r"\bbasis\b|\bspan\b|\blinear combination|\beigenbasis\b", re.IGNORECASE)
_DOUBT: Final = re.compile(
    r"\b(?:(?:not|n't) (?:vanish|converge|tend|go|decay|necessarily)|diverg\w*|some §|for some|"
    r"smallest|bounded|unless|identity matrix|transpose of|never|wrong|not sure|at least one|"
    r"determinant|trace)\b",
    re.IGNORECASE,
)


def judge(item: ItemId, answers: Answers) -> Evidence | None:
    """Evidence for 2d.decay when the argument is complete; None leaves it to the next judge."""
    if item != ITEM or Part("2d") not in answers.written:
        return None
    found = argument(Part("2d"), answers)
    if found is None or not _has_nothing_against(found):
        return None
    for name, check in ARGUMENTS.items():
        if check(found) and _is_below_one(found) and _vanishes(found):
            finding = Finding(True, f"decay-by-{name}")
            return Evidence(item, True, (finding,))
    return None


# ---------------------------------------------------------------- patterns


def _nodes(found: Argument) -> Iterator[e.Expression]:
    for line in found.lines:
        for side in line.sides:
            if side.expression is not None:
                yield from side.expression.walk()


def _links(found: Argument) -> Iterator[tuple[Line, e.Expression, str, e.Expression]]:
    for line in found.lines:
        for place, relation in enumerate(line.relations):
            left, right = (side.expression for side in line.sides[place : place + 2])
            if left is not None and right is not None:
                yield line, left, relation, right


def _is_steps(node: e.Expression) -> bool:
    """Whether an exponent is the number of steps, perhaps doubled."""
    if isinstance(node, e.Multiply) and isinstance(node.left, e.Number):
        node = node.right
    return isinstance(node, e.Symbol) and node.name in EXPONENTS and not node.subscripts


def _is_power(node: e.Expression) -> bool:
    return isinstance(node, e.Power) and _is_steps(node.exponent)


def _is_power_of_A(node: e.Expression) -> bool:
    return isinstance(node, e.Power) and node.base == e.Symbol("A") and _is_steps(node.exponent)


def _diagonalised(node: e.Expression) -> tuple[e.Expression, e.Expression] | None:
    """Q and what stands between Q and Qᵀ (or Q⁻¹)."""
    parts = _product(node)
    if len(parts) != 3 or not _is_inverse_of(parts[2], parts[0]):
        return None
    return parts[0], parts[1]


def _product(node: e.Expression) -> list[e.Expression]:
    """Factors, where diag(…) before brackets is a function."""
    if isinstance(node, e.Multiply):
        return [*_product(node.left), *_product(node.right)]
    return factors(node) if isinstance(node, e.Either) else [node]


def _is_inverse_of(node: e.Expression, q: e.Expression) -> bool:
    if isinstance(node, e.Transpose | e.Prime):
        return node.base == q
    return isinstance(node, e.Power) and node.base == q and node.exponent in (
        e.Number(-1.0), e.Negative(e.Number(1.0)), e.Symbol("H"), e.Symbol("*"),
    )  # fmt: skip


def _by_diagonalisation(found: Argument) -> bool:
    """A = QDQᵀ and Aᵗ = QDᵗQᵀ with the same Q, or with the t-th powers on the diagonal."""
    of_A = [_diagonalised(r) for _, left, rel, r in _links(found) if _is_A(left) and rel in "=≔"]
    bases = {pair[0] for pair in of_A if pair is not None}
    of_powers = [
        pair for _, left, rel, right in _links(found)
        if rel == "=" and (pair := _diagonalised(_without_start(right))) is not None
        and (_is_power_of_A(_without_start(left)) or _comes_from_power(found, right))
    ]  # fmt: skip
    powers = [q for q, d in of_powers if _is_powered_diagonal(d)]
    wrong = [q for q, d in of_powers if not _is_powered_diagonal(d)]
    return bool(powers) and not wrong and any(q in bases for q in powers)


def _is_A(node: e.Expression) -> bool:
    return node == e.Symbol("A")


def _without_start(node: e.Expression) -> e.Expression:
    """A product without a last factor w₀, and without lim before it."""
    if isinstance(node, e.Limit):
        node = node.operand
    if isinstance(node, e.Multiply) and _is_start(node.right):
        return node.left
    return node


def _is_start(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and not node.name.isupper() and "Lambda" not in node.name


def _comes_from_power(found: Argument, node: e.Expression) -> bool:
    """Whether a member's chain begins with Aᵗ or Aᵗw₀."""
    for line in found.lines:
        members = [side.expression for side in line.sides]
        if node not in members or members[0] is None:
            continue
        if _is_power_of_A(_without_start(members[0])):
            return set(line.relations[: members.index(node)]) == {"="}
    return False


def _is_powered_diagonal(node: e.Expression) -> bool:
    """Λᵗ, or diag(λ₁ᵗ, …)."""
    if _is_power(node):
        return True
    if isinstance(node, e.Call) and str(node.function).lower() == "diag":
        inside = [one for argument in node.arguments for one in _items(argument)]
        kept = [one for one in inside if not isinstance(one, e.Dots)]
        return bool(kept) and all(_is_power(one) for one in kept)
    return False


def _items(node: e.Expression) -> tuple[e.Expression, ...]:
    return node.items if isinstance(node, e.Sequence) else (node,)


def _by_norm(found: Argument) -> bool:
    """‖Aᵗw₀‖ ≤ ‖A‖ᵗ‖w₀‖ or ρᵗ‖w₀‖; that ‖A‖ or ρ is below 1 needs A symmetric."""
    is_symmetric = bool(_SYMMETRIC.search(found.prose)) or any(
        (_is_A(left) or str(left) in ("X^T X", "H") or _begins_with_A(line))
        and _diagonalised(right)
        for line, left, _, right in _links(found)
    )
    return is_symmetric and any(_is_bounded(line) for line in found.lines)


def _begins_with_A(line: Line) -> bool:
    """“A = I − … = V(I − …)Vᵀ”."""
    first = line.sides[0].expression
    return first is not None and _is_A(first) and set(line.relations) == {"="}


def _is_bounded(line: Line) -> bool:
    """‖Aᵗw₀‖ = … ≤ … ≤ ρᵗ‖w₀‖ in one chain."""
    members = [side.expression for side in line.sides]
    for place, member in enumerate(members[:-1]):
        if member is None or not _is_norm_of_power(member):
            continue
        for last in range(place + 1, len(members)):
            between = set(line.relations[place:last])
            node = members[last]
            if node is not None and "≤" in between and between <= {"≤", "="} and _is_bound(node):
                return True
    return False


def _is_norm_of_power(node: e.Expression) -> bool:
    inside = node.operand if isinstance(node, e.Norm | e.Absolute) else None
    return inside is not None and any(_is_power_of_A(one) for one in inside.walk())


def _is_bound(node: e.Expression) -> bool:
    """ρᵗ‖w₀‖: a power times a norm; max |λᵢ|ᵗ‖w₀‖ as well."""
    if isinstance(node, e.Over) and node.what == "max":
        node = node.body
    parts = factors(node)
    has_power = any(_is_power(p) or _is_largest_power(p) for p in parts[:-1])
    return has_power and isinstance(parts[-1], e.Norm | e.Absolute)


def _is_largest_power(node: e.Expression) -> bool:
    if isinstance(node, e.Over) and node.what == "max":
        return _is_power(node.body)
    return isinstance(node, e.Call) and any(_is_power(a) for a in node.arguments)


def _by_eigenvectors(found: Argument) -> bool:
    """Aᵗw₀ = Σ cᵢλᵢᵗvᵢ, or ‖Aᵗw₀‖² = Σ λᵢ²ᵗ(qᵢᵀw₀)², after an expansion in eigenvectors."""
    if not _SYMMETRIC.search(found.prose) and not _has_eigenpair(found):
        return False
    return any(
        relation == "="
        and any(_is_power_of_A(one) for one in left.walk())
        and isinstance(right, e.Over)
        and right.what == "sum"
        and any(_is_indexed_power(one, right.index) for one in factors(right.body))
        for _, left, relation, right in _links(found)
    )


def _is_indexed_power(node: e.Expression, index: str) -> bool:
    if not _is_power(node):
        return False
    assert isinstance(node, e.Power)
    symbols = [one for one in node.base.walk() if isinstance(one, e.Symbol)]
    return any(one == e.Symbol(index) for one in symbols)


def _by_basis(found: Argument) -> bool:
    """Aᵗv = μᵗv for each eigenvector, and the eigenvectors of a symmetric A form a basis."""
    has_basis = _BASIS.search(found.prose) and _SYMMETRIC.search(found.prose)
    return bool(has_basis) and any(
        relation == "=" and _is_eigenpower(left, right)
        for _, left, relation, right in _links(found)
    )


def _is_eigenpower(left: e.Expression, right: e.Expression) -> bool:
    parts, others = factors(left), factors(right)
    return (
        len(parts) == len(others) == 2
        and _is_power_of_A(parts[0])
        and _is_power(others[0])
        and parts[1] == others[1]
    )


def _has_eigenpair(found: Argument) -> bool:
    """Avᵢ = λᵢvᵢ."""
    for _, left, relation, right in _links(found):
        parts, others = factors(left), factors(right)
        if relation == "=" and len(parts) == 2 and _is_A(parts[0]) and parts[1] == others[-1]:
            return True
    return False


ARGUMENTS: Final[dict[str, Callable[[Argument], bool]]] = {
    "diagonalisation": _by_diagonalisation,
    "norm": _by_norm,
    "eigenvectors": _by_eigenvectors,
    "basis": _by_basis,
}


# ---------------------------------------------------------------- below one, and nothing against


def _is_below_one(found: Argument) -> bool:
    """Whether |λᵢ| < 1 or ρ < 1 or λᵢ ∈ (−1, 1) is stated for the eigenvalues of A."""
    if _BELOW_ONE.search(found.prose):
        return True
    if any(_between_two_numbers(*lines) for lines in pairwise(found.lines)):
        return True
    return any(_states_below_one(line) or _names_interval(line) for line in found.lines)


def _names_interval(line: Line) -> bool:
    """“All eigenvalues lie in (−1, 1)”."""
    return (
        bool(_IN_INTERVAL.search(line.before))
        and not line.relations
        and _is_open_unit(line.sides[0].expression)
    )


def _between_two_numbers(first: Line, second: Line) -> bool:
    """“They lie strictly between −1 and 1”."""
    is_said = re.search(r"\bstrictly between\W*$", first.before) and second.before.endswith("and")
    ends = first.sides[0].expression, second.sides[0].expression
    return bool(is_said) and ends[0] in _MINUS_ONE and ends[1] == e.Number(1.0)


def _states_below_one(line: Line) -> bool:
    members = [side.expression for side in line.sides]
    for place, relation in enumerate(line.relations):
        left, right = members[place], members[place + 1]
        if relation == "<" and right == e.Number(1.0) and _is_size(left):
            return True
        if relation in ("∈", "⊂") and _is_open_unit(right):
            return True
    ranges = list(
        zip(members, line.relations, members[1:], line.relations[1:], members[2:], strict=False)
    )
    return any(
        low in (*_MINUS_ONE, e.Number(0.0)) and r == s == "<" and high == e.Number(1.0)
        for low, r, _, s, high in ranges
    )


def _is_size(node: e.Expression | None) -> bool:
    """|λᵢ|, ‖A‖, ρ, ρ(A), max |λᵢ|."""
    if isinstance(node, e.Either):
        node = node.call
    if isinstance(node, e.Over) and node.what == "max":
        return isinstance(node.body, e.Absolute)
    if isinstance(node, e.Call):
        return str(node.function) in ("rho", "max") or any(_is_size(a) for a in node.arguments)
    if isinstance(node, e.Norm):
        return node.operand == e.Symbol("A")
    return isinstance(node, e.Absolute) or node == e.Symbol("rho")


def _is_open_unit(node: e.Expression | None) -> bool:
    """(−1, 1), or (0, 1)."""
    if isinstance(node, e.Interval):
        if node.high_closed or (node.low_closed and node.low != e.Number(0.0)):
            return False
        node = e.Sequence((node.low, node.high))
    if not isinstance(node, e.Sequence) or len(node.items) != 2:
        return False
    low, high = node.items
    return low in (*_MINUS_ONE, e.Number(0.0)) and high == e.Number(1.0)


def _vanishes(found: Argument) -> bool:
    """Whether Aᵗw₀ → 0 is concluded."""
    for _, left, relation, right in _links(found):
        is_limit = relation == "→" and _is_zero(right)
        if is_limit and any(_is_power(one) for one in left.walk()):
            return True
        if relation == "=" and right == e.Number(0.0) and isinstance(left, e.Limit):
            return True
    return bool(re.search(r"(?:goes|go|tends?|converges?) to (?:zero|0|§)", found.prose))


def _is_zero(node: e.Expression) -> bool:
    """0, or U·0·Uᵀw₀."""
    return e.Number(0.0) in factors(node)


def _has_nothing_against(found: Argument) -> bool:
    """No contradiction: no limit other than 0, no size of 1 or more, no word of doubt."""
    if _DOUBT.search(found.prose) or found.unread:
        return False
    for _, left, relation, right in _links(found):
        if relation in (">", "≥", "≤", "≫") and right == e.Number(1.0) and _is_size(left):
            return False
        has_power = any(_is_power(one) for one in left.walk())
        if relation == "→" and has_power and not _is_zero(right):
            return False
        if relation == "≥" and _is_norm_of_power(left):
            return False
    return True
