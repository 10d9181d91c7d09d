"""Left sides: is this what the question asks for?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from grader.evidence.mathematics.examining import Target
from grader.formulas import expression as e
from grader.formulas.evaluation import LOSSES, derivative_key

Matches = Callable[[e.Expression], Target | None]

ITERATES = frozenset({"w", "theta", "beta"})
"""Letters for the parameters of the regression."""

_COMPONENTS = frozenset("jkmpl")
"""Letters that count the components of w; w_i may be an iterate as well."""

_NEXT = frozenset({"new", "next", "+", "updated"})
_OPTIMAL = frozenset(
    {"opt", "ridge", "reg", "min", "OLS", "ols", "LS", "ls", "best", "optimal", "MAP"}
)


def symbols(*keys: str) -> Matches:
    """One of these symbols."""
    wanted = frozenset(keys)
    return lambda node: Target() if isinstance(node, e.Symbol) and node.key in wanted else None


def loss(node: e.Expression) -> Target | None:
    """L, L(w), J_smooth(w), ℓ(ŷ, y), min over w of something."""
    if isinstance(node, e.Over) and node.what == "min":
        node = node.body
    if isinstance(node, e.Wanted):
        return None
    if isinstance(node, e.Either):
        node = node.call
    if isinstance(node, e.Call):
        node = node.function
    is_loss = isinstance(node, e.Symbol) and node.name in LOSSES | {
        "Loss",
        "loss",
        "mse",
        "R",
        "Q",
        "E_loss",
        "F",
        "MSE",
    }
    return Target() if is_loss else None


def optimum(node: e.Expression) -> Target | None:
    """w*, ŵ, w_opt, and w itself."""
    if not isinstance(node, e.Symbol):
        return None
    accent, _, letter = node.name.rpartition(" ")
    base = letter.rstrip("*")
    if base not in ITERATES or accent not in {"", "hat", "bar", "tilde", "widehat"}:
        return None
    if not node.subscripts:
        return Target()
    words = {str(one) for one in node.subscripts}
    return Target() if words <= _OPTIMAL | {"lambda", "*", "Lambda"} else None


def next_iterate(node: e.Expression) -> Target | None:
    """w_{t+1}, w^{(t+1)}, w^{t+1}, w_new, and w itself before ← or :=."""
    if isinstance(node, e.Power):
        node = (
            e.Symbol(node.base.name, (node.exponent,)) if isinstance(node.base, e.Symbol) else node
        )
    if not isinstance(node, e.Symbol) or node.name not in ITERATES:
        return None
    if not node.subscripts:
        return Target()
    index = _component_index(node)
    subscript = next((one for one in node.subscripts if str(one) != index), node.subscripts[0])
    if isinstance(subscript, e.Label):
        return Target(index) if subscript.text in _NEXT else None
    is_next = isinstance(subscript, e.Add) and str(subscript) in {
        "t + 1",
        "k + 1",
        "i + 1",
        "n + 1",
        "s + 1",
        "tau + 1",
    }
    return Target(index) if is_next else None


def _component_index(node: e.Symbol) -> str | None:
    """The j of w_{t+1,j} and of w_j^{(t+1)}."""
    letters = [str(one) for one in node.subscripts if str(one) in _COMPONENTS]
    return letters[0] if len(node.subscripts) == 2 and len(letters) == 1 else None


def iterate(node: e.Expression) -> Target | None:
    """w_t, w^{(t)}, w^t."""
    if isinstance(node, e.Power):
        node = (
            e.Symbol(node.base.name, (node.exponent,)) if isinstance(node.base, e.Symbol) else node
        )
    is_iterate = (
        isinstance(node, e.Symbol)
        and node.name in ITERATES
        and [str(one) for one in node.subscripts] == ["t"]
    )
    return Target() if is_iterate else None


def limit(node: e.Expression) -> Target | None:
    """w_∞, lim w_t, w*."""
    if isinstance(node, e.Limit):
        return iterate(node.operand) or (
            limit(node.operand) if isinstance(node.operand, e.Symbol) else None
        )
    if isinstance(node, e.Wanted) and node.what == "lim":
        return iterate(node.operand)
    if isinstance(node, e.Symbol) and node.name.rstrip("*") in ITERATES:
        words = [str(one) for one in node.subscripts]
        if node.name.endswith("*") and not words:
            return Target()
        return Target() if words in (["∞"], ["*"], ["lim"], ["limit"]) else None
    if isinstance(node, e.Symbol) and node.key in {"bar w", "hat w", "bar theta", "w_OLS"}:
        return Target()
    if isinstance(node, e.Power) and str(node.exponent) in {"∞"}:
        return Target() if isinstance(node.base, e.Symbol) and node.base.name in ITERATES else None
    return None


def tending(node: e.Expression) -> Target | None:
    """What may stand before an arrow to the limit: w_t and E[w_t]."""
    return limit(node) or iterate(node)


def expected_iterate(node: e.Expression) -> Target | None:
    """E[w_t], and m_t or w̄_t for it."""
    if isinstance(node, e.Either):
        node = node.call
    if isinstance(node, e.Multiply) and isinstance(node.left, e.Symbol) and node.left.name == "E":
        return iterate(node.right)
    if (
        isinstance(node, e.Call)
        and isinstance(node.function, e.Symbol)
        and node.function.name == "E"
    ):
        return iterate(node.arguments[0]) if len(node.arguments) == 1 else None
    is_mean = isinstance(node, e.Symbol) and node.key in {
        "bar w_t",
        "m_t",
        "mu_t",
        "bar theta_t",
        "bar beta_t",
    }
    return Target() if is_mean else None


def gradient(node: e.Expression) -> Target | None:
    """∇L(w), ∂L/∂w, dL/dw."""
    if not isinstance(node, e.Derivative):
        return None
    by = "w" if node.by is None else str(node.by)
    of = "L" if node.of is None else derivative_key(node).split("/")[0][2:]
    if by.partition("_")[0] not in ITERATES or of != "L":
        return None
    subscripts = node.by.subscripts if isinstance(node.by, e.Symbol) else ()
    is_component = len(subscripts) == 1 and str(subscripts[0]) in _COMPONENTS
    return Target(str(subscripts[0])) if is_component else Target()


def derivative_by(name: str, spellings: Iterable[str] = ()) -> Matches:
    """∂L/∂W_1 and its short forms; with one more index, component by component."""
    wanted = frozenset({name, *spellings})

    def match(node: e.Expression) -> Target | None:
        by = _differentiated_by(node)
        if by is None:
            return None
        return Target() if by.key in wanted else component_of(by, wanted)

    return match


def _differentiated_by(node: e.Expression) -> e.Symbol | None:
    """What the loss is differentiated by: ∂L/∂W_1, dW_1, L_{W_1}, the adjoint W̄_1."""
    if isinstance(node, e.Derivative):
        is_loss = derivative_key(node).startswith("d L/")
        return node.by if is_loss and isinstance(node.by, e.Symbol) else None
    if not isinstance(node, e.Symbol):
        return None
    if node.name in {"L", "J", "ell"} and len(node.subscripts) == 1:
        subscript = node.subscripts[0]
        return subscript if isinstance(subscript, e.Symbol) else None
    accent, _, letter = node.name.rpartition(" ")
    return (
        e.Symbol(letter, node.subscripts) if accent == "bar" and letter in {"W", "b", "x"} else None
    )


def component_of(symbol: e.Symbol, wanted: frozenset[str]) -> Target | None:
    """W_{1,k}: the index k, if the rest is what is wanted."""
    letters = [one for one in symbol.subscripts if isinstance(one, e.Symbol)]
    rest = tuple(one for one in symbol.subscripts if not isinstance(one, e.Symbol))
    ones = rest[:-1] if len(rest) == 2 and rest[-1] == e.Number(1) else rest  # W_{1,k1}
    if len(letters) != 1 or letters[0].subscripts:
        return None
    is_wanted = any(e.Symbol(symbol.name, kept).key in wanted for kept in (rest, ones))
    return Target(letters[0].name) if is_wanted else None
