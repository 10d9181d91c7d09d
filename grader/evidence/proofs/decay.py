"""2d.decay: why Aᵗw₀ → 0. Certified where one of these arguments is complete.

    diagonalisation   Aᵗ = QΛᵗQᵀ, and |λᵢ| < 1 makes Λᵗ → 0
    norm              ‖Aᵗw₀‖ ≤ ‖A‖ᵗ‖w₀‖ or ρᵗ‖w₀‖ with ρ < 1, A being symmetric
    eigenvectors      w₀ = Σ cᵢvᵢ, so Aᵗw₀ = Σ cᵢλᵢᵗvᵢ, and |λᵢ| < 1
    powers            A is diagonalised in words, and the powers of its eigenvalues vanish
    radius            ρ(A) < 1 is named

Patterns of the formulas are looked for, not values: the letters for the eigenvalues are the
student's own. What contradicts the argument, or a link that is wrong, leaves it to a TA.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from grader.evidence.proofs import decaywords as says
from grader.evidence.proofs.lines import Argument, Line, argument
from grader.evidence.proofs.symbols import factors
from grader.formulas import expression as e
from grader.model import Answers, Evidence, Finding, ItemId, Part

ITEM: Final = ItemId("2d.decay")

EXPONENTS: Final = frozenset({"t", "k", "n", "m", "T", "s"})
"""Letters for the number of steps."""

_MINUS_ONE: Final = (e.Negative(e.Number(1.0)), e.Number(-1.0))


def judge(item: ItemId, answers: Answers) -> Evidence | None:
    """Evidence for 2d.decay when it is clear; None leaves it to the next judge."""
    if item != ITEM or Part("2d") not in answers.written:
        return None
    found = argument(Part("2d"), answers)
    if found is None:
        return None
    if (objection := _objection(found)) is not None:
        return Evidence(item, True, (Finding(False, objection),))
    if not _has_nothing_against(found):
        return None
    for name, check in ARGUMENTS.items():
        if check(found) and _is_below_one(found) and _vanishes(found):
            finding = Finding(True, f"decay-by-{name}")
            return Evidence(item, True, (finding,))
    return None


# ---------------------------------------------------------------- patterns


def _nodes(found: Argument) -> Iterator[e.Expression]:
    for line in found.lines:
        for node in line.expressions:
            yield from node.walk()


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


_Pair = tuple[e.Expression, e.Expression]


def _diagonalised(node: e.Expression) -> _Pair | None:
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
    """Aᵗ = QΛᵗQᵀ, or with the t-th powers on the diagonal; QΛQᵀ is not said of another matrix."""
    of_powers = [
        pair for line in found.lines for node in _equal_to_power(line)
        if (pair := _diagonalised(_without_start(node))) is not None
    ]  # fmt: skip
    wrong = [pair for pair in of_powers if not _is_powered_diagonal(pair[1])]
    others = [
        pair for line, left, rel, right in _links(found)
        if rel in "=≔" and (pair := _diagonalised(right)) is not None
        and not (_is_A(left) or _begins_with_A(line) or _is_of_power(line))
    ]  # fmt: skip
    return (
        bool(of_powers) and not wrong and not any(_is_without_power(p, of_powers) for p in others)
    )


def _equal_to_power(line: Line) -> Iterator[e.Expression]:
    """The members that follow Aᵗ or Aᵗw₀ in a chain of equations, none of them unread."""
    is_equal = False
    for side, relation in zip(line.sides, ("", *line.relations), strict=True):
        node = side.expression
        if relation == "=" and is_equal and node is not None:
            yield node
        starts = node is not None and _is_power_of_A(_without_start(node))
        is_equal = starts or (is_equal and relation == "=")


def _is_without_power(pair: _Pair, of_powers: list[_Pair]) -> bool:
    """Whether QDQᵀ of another matrix has the D whose power is taken."""
    return any(isinstance(d, e.Power) and (q, d.base) == pair for q, d in of_powers)


def _is_of_power(line: Line) -> bool:
    first = line.sides[0].expression
    return first is not None and any(_is_power_of_A(one) for one in first.walk())


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
    is_symmetric = says.is_diagonalisable(found.prose) or any(
        (_is_A(left) or str(left) in ("X^T X", "H") or _begins_with_A(line))
        and _diagonalised(right)
        for line, left, _, right in _links(found)
    )
    is_symmetric = is_symmetric or says.speaks_of_eigenvalues(found.prose) or _names_radius(found)
    return is_symmetric and any(_is_bounded(line) for line in found.lines)


def _names_radius(found: Argument) -> bool:
    """ρ(A) < 1, or ‖A‖ = max |λᵢ|: said of eigenvalues, not of the entries of A."""
    return any(
        (relation == "<" and right == e.Number(1.0) and _is_radius(left))
        or (
            relation == "=" and isinstance(left, e.Norm) and _is_A(left.operand) and _is_size(right)
        )
        for _, left, relation, right in _links(found)
    )


def _is_radius(node: e.Expression | None) -> bool:
    node = node.call if isinstance(node, e.Either) else node
    return isinstance(node, e.Call) and str(node.function) == "rho"


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
        if _is_equal_to_power_of_size(line, place):
            return True
        for last in range(place + 1, len(members)):
            between = set(line.relations[place:last])
            node = members[last]
            is_bound = says.is_bound(line.sides[last].text) if node is None else _is_bound(node)
            if "≤" in between and between <= {"≤", "="} and is_bound:
                return True
    return False


def _is_equal_to_power_of_size(line: Line, place: int) -> bool:
    """‖Aᵗ‖ = ρᵗ."""
    left, right = (side.expression for side in line.sides[place : place + 2])
    is_norm = isinstance(left, e.Norm) and _is_power_of_A(left.operand)
    return is_norm and line.relations[place] == "=" and right is not None and _is_power(right)


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
    if not says.is_diagonalisable(found.prose) and not _has_eigenpair(found):
        return False
    return any(
        relation == "="
        and any(_is_power_of_A(one) for one in left.walk())
        and isinstance(right, e.Over)
        and right.what == "sum"
        and any(_is_indexed_power(one, right.index or "i") for one in _eigen_factors(right.body))
        for _, left, relation, right in _links(found)
    )


def _eigen_factors(node: e.Expression) -> Iterator[e.Expression]:
    """The factors of a term, with λᵢ(A)ᵗ as a power of the eigenvalue."""
    if isinstance(node, e.Multiply):
        yield from _eigen_factors(node.left)
        yield from _eigen_factors(node.right)
        return
    call = node.call if isinstance(node, e.Either) else node
    base = call.base if isinstance(call, e.Power) else None
    if isinstance(call, e.Power) and isinstance(base, e.Call) and _is_of_A(base):
        yield e.Power(base.function, call.exponent)
    else:
        yield from factors(node)


def _is_indexed_power(node: e.Expression, index: str) -> bool:
    if not _is_power(node):
        return False
    assert isinstance(node, e.Power)
    symbols = [one for one in node.base.walk() if isinstance(one, e.Symbol)]
    return any(one == e.Symbol(index) for one in symbols)


def _by_basis(found: Argument) -> bool:
    """Aᵗv = μᵗv for each eigenvector, and the eigenvectors of a symmetric A form a basis."""
    return says.is_basis(found.prose) and any(
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


def _by_powers(found: Argument) -> bool:
    """A is diagonalised in words, λᵢᵗ → 0, and nothing else is said of Aᵗ than that it vanishes."""
    if not says.is_diagonalisable(found.prose) or says.is_of_another(found.prose):
        return False
    if says.is_below_one_of_another(found.prose) and not _mentions_eigenvalues_of_A(found):
        return False
    if any(
        rel in "=≤≥" and any(map(_is_power_of_A, left.walk())) for _, left, rel, _ in _links(found)
    ):
        return False
    if says.powers_vanish(found.prose) or _is_multiplied_by_power(found):
        return not _is_multiplied_once(found)
    return any(
        relation == "→" and _is_zero(right) and _is_eigenvalue_power(left)
        for _, left, relation, right in _links(found)
    )


def _by_radius(found: Argument) -> bool:
    """ρ(A) < 1 is named as the reason for Aᵗ → 0, as in the solution of the homework."""
    is_named = says.is_radius_below_one(found.prose) or any(
        relation == "<" and right == e.Number(1.0) and _is_radius(left) and _is_of_A(left)
        for _, left, relation, right in _links(found)
    )
    others = [
        line.sides[0].expression
        for line in found.lines
        if says.is_radius_of(line.before) and not _is_radius(line.sides[0].expression)
    ]
    return is_named and all(node == e.Symbol("A") for node in others)


def _is_of_A(node: e.Expression) -> bool:
    node = node.call if isinstance(node, e.Either) else node
    return isinstance(node, e.Call) and node.arguments == (e.Symbol("A"),)


def _is_multiplied_by_power(found: Argument) -> bool:
    """“Every coordinate is multiplied by λᵢᵗ”."""
    return any(
        says.is_multiplied(line.before) and node is not None and _has_eigenvalue_power(node)
        for line in found.lines
        for node in (line.sides[0].expression,)
    )


def _is_multiplied_once(found: Argument) -> bool:
    """“Every coordinate is multiplied by λᵢ”, and not each time."""
    return not says.powers_vanish(found.prose) and any(
        says.is_multiplied(line.before) and node is not None and not _has_eigenvalue_power(node)
        for line in found.lines
        for node in (line.sides[0].expression,)
    )


def _has_eigenvalue_power(node: e.Expression) -> bool:
    return any(map(_is_eigenvalue_power, factors(node)))


def _mentions_eigenvalues_of_A(found: Argument) -> bool:
    """“The eigenvalues of A”, with A as a formula."""
    return any(
        not line.relations and line.sides[0].expression == e.Symbol("A") and says.is_of(line.before)
        for line in found.lines
    )


def _is_eigenvalue_power(node: e.Expression) -> bool:
    """λᵢᵗ, |λᵢ|ᵗ, (1 − 2ηλᵢ/n)ᵗ, Dᵗ."""
    if isinstance(node, e.Absolute | e.Annotated):
        return _is_eigenvalue_power(node.operand)
    return _is_power(node) and not _is_power_of_A(node)


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
    "powers": _by_powers,
    "radius": _by_radius,
}


# ---------------------------------------------------------------- below one, and nothing against


def _is_below_one(found: Argument) -> bool:
    """Whether |λᵢ| < 1 or ρ < 1 or λᵢ ∈ (−1, 1) is stated for the eigenvalues of A."""
    if says.is_below_one(found.prose) or _names_sizes(found):
        return True
    pairs = list(pairwise(found.lines))
    if any(_between_two_numbers(*lines) or _names_interval(*lines) for lines in pairs):
        return True
    if any(
        not first.relations
        and not _is_design_product(first.sides[0].expression)
        and _between_two_numbers(replace(second, before=_both(first, second)), third)
        for first, second, third in zip(found.lines, found.lines[1:], found.lines[2:], strict=False)
    ):
        return True
    if found.lines and _names_interval(found.lines[0], found.lines[0]):
        return True
    return any(_states_below_one(line) for line in found.lines)


def _names_sizes(found: Argument) -> bool:
    """“|eigenvalues| < 1” in plain text, where the words between the bars are no formula."""
    to_one = {
        line.relations[place]
        for line in found.lines
        for place in line.loose
        if line.sides[place + 1].expression == e.Number(1.0)
    }
    return says.names_sizes(found.prose) and to_one == {"<"}


def _names_interval(first: Line, second: Line) -> bool:
    """“All eigenvalues (of A) lie in (−1, 1)”."""
    if second.relations or not _is_open_unit(second.sides[0].expression):
        return False
    is_same_sentence = not re.search(r"[.;]", second.before) and says.is_of(first.before)
    if first is not second and not first.relations and is_same_sentence:
        return not _is_design_product(first.sides[0].expression) and (
            says.speaks_of_eigenvalues_in(_both(first, second))
        )
    before = f"{first.before} {second.before}" if not first.relations else second.before
    return says.speaks_of_eigenvalues_in(before) or says.speaks_of_eigenvalues_in(second.before)


def _is_design_product(node: e.Expression | None) -> bool:
    """XᵀX or H: its eigenvalues are not those of A."""
    letters = (
        {one for one in node.walk() if isinstance(one, e.Symbol)} if node is not None else set()
    )
    return bool(letters & {e.Symbol("X"), e.Symbol("H")}) and e.Symbol("I") not in letters


def _both(first: Line, second: Line) -> str:
    """The words before two formulas: “the eigenvalues of § are between”."""
    return f"{first.before} {second.before}"


def _between_two_numbers(first: Line, second: Line) -> bool:
    """“They lie strictly between −1 and 1”, “the eigenvalues are between −1 and 1”."""
    is_open = re.search(r"\bstrictly between\W*$", first.before) or (
        re.search(r"\bbetween\W*$", first.before) and says.speaks_of_eigenvalues_in(first.before)
    )
    ends = first.sides[0].expression, second.sides[0].expression
    is_unit = ends[0] in _MINUS_ONE and ends[1] == e.Number(1.0)
    return bool(is_open) and is_unit and second.before.endswith("and")


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
        return node.operand == e.Symbol("A") and str(node.order or "") not in ("F", "Fro")
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
    if any(_chain_vanishes(line) for line in found.lines):
        return True
    for _, left, relation, right in _links(found):
        if relation == "=" and right == e.Number(0.0) and isinstance(left, e.Limit):
            return True
    return says.vanishes(found.prose)


def _chain_vanishes(line: Line) -> bool:
    """‖Aᵗw₀‖ ≤ … → 0."""
    has_power = False
    for side, relation in zip(line.sides, ("", *line.relations), strict=True):
        node = side.expression
        if relation == "→" and has_power and node is not None and _is_zero(node):
            return True
        has_power = has_power or (node is not None and any(map(_is_power, node.walk())))
    return False


def _objection(found: Argument) -> str | None:
    """A definite reason against an argument, which has none of the right ones."""
    if found.unread or any(check(found) for check in ARGUMENTS.values()):
        return None
    if _explains_itself(found):
        return "decay-by-itself"
    if says.argues_with_entries(found.prose) and _vanishes(found):
        return "decay-by-entries"
    has_determinant = any(map(_is_determinant, _nodes(found)))
    if has_determinant and says.argues_with_determinant(found.prose + " det"):
        return "decay-by-determinant"
    return None


def _is_determinant(node: e.Expression) -> bool:
    """det(Aᵗ)."""
    function = node.function if isinstance(node, e.Call) else node
    return str(function) == "det"


def _explains_itself(found: Argument) -> bool:
    """“Aᵗw₀ → 0 because Aᵗ → 0”, and not a word on why."""
    limits = [line for line in found.lines if line.relations == ("→",)]
    about_A = [node for node in _nodes(found) if _is_A(node)]
    if len(about_A) > len(limits):
        return False
    pairs = pairwise(limits)
    return says.gives_no_reason(found.prose) and any(
        _is_limit_of_power(first) and _is_limit_of_power(second) and says.is_because(second.before)
        for first, second in pairs
    )


def _is_limit_of_power(line: Line) -> bool:
    left, right = (side.expression for side in line.sides)
    is_power = left is not None and _is_power_of_A(_without_start(left))
    return is_power and right == e.Number(0.0)


def _is_zero(node: e.Expression) -> bool:
    """0, or U·0·Uᵀw₀."""
    return e.Number(0.0) in factors(node)


def _has_nothing_against(found: Argument) -> bool:
    """No contradiction: no limit other than 0, no size of 1 or more, no word of doubt."""
    if says.is_doubtful(found.prose) or found.unread:
        return False
    if any(says.is_below(line.before) and _is_other_number(line) for line in found.lines):
        return False
    for _, left, relation, right in _links(found):
        if relation == "=" and _is_A(left) and _is_misshapen(right):
            return False
        if relation in (">", "≥", "≤", "≫") and right == e.Number(1.0) and _is_size(left):
            return False
        has_power = any(_is_power(one) for one in left.walk())
        if relation == "→" and has_power and not _is_zero(right):
            return False
        if relation == "≥" and _is_norm_of_power(left):
            return False
    return True


def _is_other_number(line: Line) -> bool:
    """A number that is not 1, by itself."""
    node = line.sides[0].expression
    return not line.relations and isinstance(node, e.Number) and node != e.Number(1.0)


def _is_misshapen(node: e.Expression) -> bool:
    """QΛQ or QΛᵗQᵀ, for A itself."""
    parts = _product(node)
    is_framed = len(parts) == 3 and parts[0] == _without_transpose(parts[2])
    if not is_framed or _is_design(parts[0]):
        return False
    pair = _diagonalised(node)
    return pair is None or _is_powered_diagonal(pair[1])


def _without_transpose(node: e.Expression) -> e.Expression:
    return node.base if isinstance(node, e.Transpose | e.Prime | e.Power) else node


def _is_design(node: e.Expression) -> bool:
    return isinstance(node, e.Symbol) and node.name == "X"
