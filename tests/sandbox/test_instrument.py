"""A rewritten program computes the same as before, and its values are noticed on the way."""

import contextlib
import io
import math
import sys
import textwrap
import types

import pytest

from grader.sandbox.inside.engine import Engine
from grader.sandbox.inside.instrument import instrument
from grader.sandbox.inside.sites import RECORDER_NAME
from grader.sandbox.inside.ways import Way

HIDDEN = {"__builtins__", RECORDER_NAME}


def executed(code, recorder=None, **given):
    """Namespace and output of a module, and the exception that ended it."""
    module = types.ModuleType("program")
    vars(module).update(given)
    if recorder is not None:
        setattr(module, RECORDER_NAME, recorder)
    output, error = io.StringIO(), None
    sys.modules["program"] = module  # dataclasses look their module up
    try:
        with contextlib.redirect_stdout(output):
            exec(code, vars(module))
    except Exception as raised:
        error = raised
    finally:
        del sys.modules["program"]
    return module, output.getvalue(), error


def rewritten(text, replacements=None, **options):
    """The same after rewriting, and the engine with what it noticed."""
    made = instrument(text, "program.py", replacements or {}, **options)
    engine = Engine(1.0, False)
    engine.recorder.sites.update(made.sites)
    module, output, error = executed(made.code, engine.recorder)
    engine.recorder.finish({})
    return module, output, error, engine.recorder


def values(module):
    """The module's variables, in a form in which those of two modules can be compared."""
    own = {name: value for name, value in vars(module).items() if name not in HIDDEN}
    return {name: described(value) for name, value in own.items()}


def described(value):
    if isinstance(value, (types.FunctionType, type, types.ModuleType, types.GeneratorType)):
        return type(value).__name__, value.__doc__, getattr(value, "__annotations__", None)
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [described(entry) for entry in value]
    if type(value).__repr__ is object.__repr__:
        return type(value).__name__, {name: described(v) for name, v in vars(value).items()}
    return type(value).__name__, repr(value)


SNIPPETS = {
    "subtracting in place": """
        import torch
        a, b, c = 5, [1.0, 2.0], torch.tensor([1.0, 2.0])
        same = c
        a -= 2.5
        b[0] -= 3
        c -= torch.ones(2)
        c[1] -= 1
        kept = (same.tolist(), b)
    """,
    "methods that compare": """
        import torch
        a, b = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5])
        seen = (a.allclose(b), a.isclose(b).tolist(), a.sub(b).tolist(), a.dist(b).item())
        more = a.equal(a)
        same = "x".__eq__("x")
    """,
    "arguments with a star": """
        def three(*values):
            return values
        pair = (1.5, 2)
        got = three(*pair, *[v for v in range(2)], *(v for v in "ab"))
        print(*pair, sep=",")
    """,
    "arithmetic": """
        a = 7 - 2.5
        b = 1 / 4 + 2 ** 3 // 3 % 5
        c = -a - -b
        d = not a == b
        e = (a != b, a == a, 3 - 1 == 2, 1.0 == 1)
    """,
    "f-strings": """
        x, name, width = 3.14159, "pi", 12
        s = f"{name}={x:.3f}|{x:>{width}.2f}|{x!r}|{name!s:>5}|{{}}|{x - 1:.1f}"
        t = f"{x=} {x = :.2f} {len(name)=}"
        u = f"{f'{x:.1f}' + '!'} {[f'{n}' for n in range(3)]} {'a' if x - 3 > 0 else 'b'}"
        v = rf"\\n{x:.0f}" f"{name}" "plain"
        print(f"{x:.2e}", f"{name}", sep=f"{width}", end="\\n\\n")
    """,
    "percent formatting": """
        s = "%d %s %.3f" % (3, "x", 2.0)
        t = "%(a)s and %(b)05.1f" % {"a": 1, "b": 2.5}
        u = "%s" % 5.0
        v = 7 % 4
        print("%5.2f|%-5s|" % (1 / 3, "ab"))
    """,
    "str.format": """
        s = "{} {name} {0:>{w}}".format(1.5, 4, name="n", w=6) if False else "{a}".format(a=2.5)
        print("{:.2f} {:d}".format(1 / 3, 7))
    """,
    "nested functions and closures": """
        def outer(a, b=2.0, *rest, c=3.0, **more):
            def inner(z):
                return z * a + b - c
            return [inner(r) for r in rest], more, inner
        first, extra, inner = outer(1.5, 2, 3, 4, c=1.0, d=5)
        again = inner(10) - inner(1)
    """,
    "a counter with nonlocal": """
        def counter():
            n = 0
            def step(by=1):
                nonlocal n
                n += by
                return n
            return step
        step = counter()
        seen = [step(), step(2), step() - 1]
    """,
    "a total with global": """
        total = 0
        def add(x):
            global total, last
            total += x
            last = x - 1
            return total
        results = [add(n) for n in (1, 2.5)]
    """,
    "classes": '''
        class Base:
            """A base."""
            kind = "base"
            counts = {}
            def __init__(self, x):
                self.x = x
                self.__hidden = x - 1
                self.counts[type(self).__name__] = self.counts.get(type(self).__name__, 0) + 1
            def __sub__(self, other):
                return ("sub", self.x, getattr(other, "x", other))
            def __rsub__(self, other):
                return ("rsub", other, self.x)
            def __eq__(self, other):
                return "maybe" if other is None else NotImplemented
            __hash__ = None
            def __truediv__(self, other):
                return self
            @property
            def hidden(self):
                return self.__hidden
            @classmethod
            def make(cls, *args):
                return cls(*args)
            @staticmethod
            def double(v): return v * 2
        class Derived(Base):
            kind: str = "derived"
            def __init__(self, x):
                super().__init__(x - 1)
                self.y, (self.z, *self.rest) = x, (1, 2, 3)
            def double(self, v):
                return super().double(v) - 1
        d = Derived.make(5)
        out = [d - 1, 1 - d, d - d, d == None, d != 3, (d / 2).x, d.hidden, d.double(4), d.rest]
    ''',
    "decorators": """
        import functools
        calls = []
        def logged(label):
            def wrap(f):
                @functools.wraps(f)
                def inner(*a, **k):
                    calls.append((label, f.__name__, a, k))
                    return f(*a, **k)
                return inner
            return wrap
        @logged("a")
        @functools.lru_cache(maxsize=None)
        def square(x):
            "Square."
            return x * x
        r = square(3) - square(3)
        name, text = square.__name__, square.__doc__
    """,
    "dataclasses": """
        from dataclasses import dataclass, field, asdict, replace
        @dataclass(frozen=True)
        class P:
            x: float = 1.0
            y: "float" = 2 - 0.5
            tags: list = field(default_factory=lambda: [1])
        p = P(x=3)
        q = asdict(replace(p, y=p.x - p.y))
        same = P() == P(), P() == p
    """,
    "named tuples and enumerations": """
        from typing import NamedTuple
        from collections import namedtuple
        from enum import Enum, auto
        class Pair(NamedTuple):
            a: float
            b: float = 2.5
        Point = namedtuple("Point", "x y")
        class Color(Enum):
            RED = 1
            GREEN = auto()
            BLUE, GREY = 5 - 1, 6
        p, q = Pair(1.0), Point(1, y=2)
        a, b = p
        names = [c.name for c in Color] + [Color(4).name, Color["GREY"].value]
    """,
    "comprehensions": """
        xs = [1.0, 2.0, 3.0]
        a = [x - y for x in xs for y in xs if x != y]
        b = {k: v - 1 for k, v in zip("abc", xs)}
        c = {x / 2 for x in xs}
        d = sum(x - 1 for x in xs)
        e = [[i - j for j in range(i)] for i in range(4)]
        f = list(map(lambda z: z - 1, xs))
    """,
    "lambdas": """
        f = lambda x, *a, k=2, **m: x - k + len(a) + len(m)
        g = (lambda: (lambda y: y / 4))()
        h = sorted([3, 1, 2], key=lambda v: -v)
        r = f(5, 1, 1, k=1, z=0), g(2), max([1, 5], key=lambda v: v - 3)
    """,
    "walrus": """
        data, found = [5, 3, 8], []
        while (n := len(data)) > 1:
            found.append(n - 1)
            data.pop()
        if (m := max(found)) == 2:
            found += [y := m - 1, y]
        q = [last := v for v in (1, 2)]
    """,
    "try and except": """
        log = []
        def risky(n):
            try:
                if n == 0: raise ValueError("zero")
                if n == 1: return 1 / (n - 1)
                return "fine"
            except ZeroDivisionError as error:
                log.append(str(error))
            except (ValueError, KeyError) as error:
                log.append(repr(error))
                return "caught"
            else:
                log.append("else")
            finally:
                log.append(n)
        out = [risky(n) for n in range(3)]
        try:
            try:
                {}["k"]
            except KeyError as inner:
                raise RuntimeError("outer") from inner
        except RuntimeError as outer:
            cause = type(outer.__cause__).__name__
    """,
    "match statements": """
        from dataclasses import dataclass
        @dataclass
        class P:
            x: float
            y: float
        def kind(v):
            match v:
                case 0 | 0.5: return "number"
                case -1: return "minus one"
                case "a": return "text"
                case None | True: return "constant"
                case [x, y, *rest] if x - y == 0: return ("equal", rest)
                case {"k": k, **more}: return ("mapping", k, more)
                case P(x=0, y=y): return ("on axis", y)
                case P(): return "point"
                case [_, *_]: return "sequence"
                case _: return "other"
        vs = [0, 0.5, -1, "a", None, True, [1, 1, 2], {"k": 1, "z": 2}, P(0, 3), P(1, 1), [4], 9]
        kinds = [kind(v) for v in vs]
    """,
    "complex numbers in patterns": """
        def kind(v):
            match v:
                case 3 + 2j: return "plus"
                case 3 - 2j: return "minus"
                case _: return "other"
        kinds = [kind(3 + 2j), kind(3 - 2j), kind(1)]
    """,
    "augmented assignment": """
        class Box: pass
        box, xs, d = Box(), [1, 2, 3], {"a": 1.0}
        box.v = 2.0
        box.v -= 0.5
        box.v /= 3
        xs[0] += 10
        xs[1:] *= 2
        d["a"] **= 2
        xs += (7,)
        alias = xs
        alias -= [] if False else type("S", (list,), {"__rsub__": lambda s, o: o})()
        n = 5
        n //= 2; n <<= 3; n |= 1; n ^= 2
    """,
    "assignments to many targets": """
        a = b = c = 1.5
        (x, (y, *z)), [w] = (1, (2, 3, 4)), [5]
        d = {}
        d["k"] = d["j"] = e = 2 - 1
        first, *_, last = range(5)
        i = 0
        xs = [0, 0]
        i, xs[i] = 1, 7
        for d["loop"], (p, q) in [(1, (2, 3)), (4, (5, 6))]:
            pass
    """,
    "star arguments": """
        def f(*a, **k): return a, sorted(k.items())
        xs, m = [1, 2], {"u": 3}
        r = f(*xs, 4 - 1, *xs, **m, v=1 / 2)
        s = [*xs, *range(2)], {**m, "w": 1}, (*xs,)
        print(*xs, sep="-")
    """,
    "generators": """
        def numbers(n):
            total = 0.0
            for i in range(n):
                got = yield i - 0.5
                total += got if got is not None else 0
            return total
        def both():
            end = yield from numbers(2)
            yield end
        g = numbers(3)
        seen = [next(g), g.send(2.0), g.send(5)]
        all_of_it = list(both())
        lazy = sum(x - 1 for x in (y / 2 for y in range(5)))
    """,
    "async": """
        import asyncio
        class Ctx:
            async def __aenter__(self): return 2.5
            async def __aexit__(self, *a): return False
        async def ticks():
            for n in range(3):
                yield n - 1
        async def main(x):
            await asyncio.sleep(0)
            async with Ctx() as c:
                got = [t async for t in ticks()]
                async for u in ticks():
                    x -= u
            return await half(x - c), got
        async def half(v): return v / 2
        r = asyncio.run(main(4))
    """,
    "chained comparison": """
        x = 2
        r = [0 < x < 3, 1 == 1 == x, x != 3 != 2, 1 < x == 2, not x == 2, x is not None, 2 in [x]]
        calls = []
        def v(n): calls.append(n); return n
        chain = v(1) < v(3) < v(2) < v(9)
    """,
    "order of evaluation": """
        calls = []
        def v(n): calls.append(n); return n
        r = v(1) - v(2) / v(4) == v(0.5)
        d = {v("k"): v(5)}
        d[v("k")] = v(6)
        f = (lambda *a: a)(v(7), v(8) - v(9))
        short = v(0) and v(10) or v(11)
    """,
    "docstrings": '''
        """The module's own."""
        from __future__ import annotations
        def f():
            """About f."""
            return 1
        class C:
            """About C."""
            x: int = 3
            def g(self):
                "About g."
        texts = [__doc__, f.__doc__, C.__doc__, C.g.__doc__]
    ''',
    "annotations": """
        from typing import Optional, Literal
        x: float = 1 - 0.5
        y: "Optional[float]"
        def f(a: float, b: Literal[3] = 3, *c: int, d: "str" = "x") -> float:
            z: float = a - b
            return z
        notes = f.__annotations__, __annotations__
        r = f(1.0)
    """,
    "with statements": """
        import contextlib, io
        log = []
        @contextlib.contextmanager
        def cm(n):
            log.append(n); yield n - 1; log.append(-n)
        with cm(1) as a, cm(2) as b:
            log.append(a - b)
        with contextlib.suppress(ZeroDivisionError):
            1 / 0
        buffer = io.StringIO()
        with contextlib.redirect_stdout(buffer):
            print("x", 2 - 1)
        text = buffer.getvalue()
    """,
    "loops": """
        out = []
        for i in range(5):
            if i == 3: break
            if i - 1 == 0: continue
            out.append(i)
        else:
            out.append("no break")
        n = 3
        while n:
            n -= 1
        else:
            out.append("done")
        for i, (a, b) in enumerate(zip("ab", [1, 2])):
            out.append((i, a, b))
    """,
    "methods that end in an underscore": """
        class T:
            def __init__(self): self.v = 1.0
            def mul_(self, k): self.v *= k; return self
            def zero_grad_(self): self.v = 0
        t = T()
        t.mul_(3)
        t.mul_(2).mul_(2)
        seen = t.v
        t.zero_grad_()
    """,
    "truth of unusual values": """
        class Odd:
            def __eq__(self, other): return [1]
            def __ne__(self, other): return []
            def __sub__(self, other): return NotImplemented
            def __rsub__(self, other): return "reflected"
        o = Odd()
        r = o == 1, o != 1, 5 - o
        try:
            o - 1
        except TypeError as error:
            message = str(error)
    """,
    "a program that asks for itself": """
        def f(x): return x - 1
        names = f.__code__.co_varnames, f.__name__, f.__qualname__, f.__defaults__
        found = sorted(n for n in globals() if n in ("f", "names"))
        own = (lambda a, b: sorted(locals()))(1, 2)
    """,
    "paths and sets": """
        from pathlib import PurePosixPath
        p = PurePosixPath("a") / "b" / f"{3 - 1}.txt"
        s = {1, 2, 3} - {2}
        import datetime
        d = datetime.date(2025, 3, 1) - datetime.date(2025, 2, 1)
    """,
    "big and odd numbers": """
        big = 10 ** 400
        inf = float("inf") - 1
        ones = [10 ** 400, 1.0]
        many = {"k": [big, big]}
        small = 5e-324 / 2
        hexa, binary, under, imaginary = 0xFF, 0b101, 1_000.5, 2 - 3j
        exact = 12345678901234567890 - 1
    """,
    "an infinite literal": """
        best = 1e999
        best = min(best, 2.0)
    """,
    "a literal that is no float": f"""
        huge = {"7" * 400} - 1
    """,
    "torch and numpy": """
        import numpy as np, torch
        W = torch.tensor([[1.0], [-2.0]], requires_grad=True)
        x = torch.tensor([[0.5]], requires_grad=True)
        loss = ((torch.relu(W @ x) - 1) ** 2).sum() / 2
        loss.backward()
        d = (torch.relu(W @ x) - 1) * (W @ x > 0) * x
        d[0] -= 0
        d.mul_(1.0)
        with torch.no_grad():
            W -= 0.1 * W.grad
        gap = (W.grad - d).abs().max().item()
        arr = np.array([1.0, 2.0]) - W.detach().numpy()[:, 0] / 2
        same = np.allclose(arr, arr), torch.equal(W, W), bool((W == W).all())
        print(f"{gap:.3e}", W.shape, arr.dtype, d.tolist())
    """,
}  # fmt: skip


@pytest.mark.parametrize("case", SNIPPETS)
def test_a_rewritten_program_computes_and_prints_the_same(case):
    text = textwrap.dedent(SNIPPETS[case]).lstrip()
    before, printed, error = executed(compile(text, "program.py", "exec"))
    after, printed_too, error_too, _ = rewritten(text)
    assert (error, error_too) == (None, None)
    assert values(after) == values(before)
    assert printed_too == printed


FAILING = {
    "an exception": ("x = 1\nraise ValueError('no')\n", 2),
    "a name that does not exist": ("x = [\n    1 - 1,\n    y - 1,\n]\n", 3),
    "a difference of what has none": ("a = 'x'\nb = {'k': a - 1}\n", 2),
    "an error in a function": ("def f(v):\n    return v / 0\n\nf(1)\n", 2),
    "an index": ("xs = [1.0]\nprint(f'{xs[3]:.2f}')\n", 2),
    "a wrong format": ("x = 1.0\nprint('%d and %d' % x)\n", 2),
    "an exit": ("import sys\nraise RuntimeError(f'{3 - 1}')\n", 2),
}


@pytest.mark.parametrize("case", FAILING)
def test_an_exception_is_the_same_and_comes_from_the_same_line(case):
    text, line = FAILING[case]
    _, _, before = executed(compile(text, "program.py", "exec"))
    _, _, after, _ = rewritten(text)
    assert (type(after), str(after)) == (type(before), str(before))
    for error in (before, after):
        assert last_line(error) == line


def last_line(error):
    lines, trace = [], error.__traceback__
    while trace is not None:
        lines += [trace.tb_lineno] * (trace.tb_frame.f_code.co_filename == "program.py")
        trace = trace.tb_next
    return lines[-1]


@pytest.mark.parametrize("text", ["x = (1\n", "def f(:\n", "x = 1\n  y = 2\n", "return 3\n", "\0"])
def test_what_is_not_python_stays_an_error_with_its_line(text):
    with pytest.raises((SyntaxError, ValueError)):
        instrument(text, "program.py", {})


def test_recursion_reaches_as_deep_as_before():
    text = "def f(n):\n    return 0.0 if n == 0 else 1.0 - f(n - 1)\n\nx = f(900)\n"
    assert executed(compile(text, "p", "exec"))[2] is None
    assert rewritten(text)[2] is None


# --- what is noticed


def seen(text, **options):
    """(label, kind, numbers) of everything that was noticed."""
    recorder = rewritten(textwrap.dedent(text).lstrip(), **options)[3]
    return [(r["label"], r["kind"], tuple(r["value"]["values"])) for r in recorder.records]


NOTICED = {
    "a variable": ("dW1 = 2.0 * 3", [("dW1", "assign", (6.0,))]),
    "several at once": ("a = b = 1.5", [("a b", "assign", (1.5,))]),
    "an annotated one": ("dx: float = 0.5", [("dx", "assign", (0.5,))]),
    "a declaration without a value": ("dx: float", []),
    "an attribute": (
        "class A: pass\na = A()\na.dW1 = 2.0", [("a.dW1", "assign", (2.0,))]),
    "an entry": (
        "g = {}\ng['W1'] = 2.0", [("g['W1']", "assign", (2.0,)), ("g W1", "assign", (2.0,))]),
    "unpacked values": (
        "a, (b, *c) = 1.5, (2.5, 3.5)",
        [("a", "assign", (1.5,)), ("b", "assign", (2.5,)), ("c", "assign", (3.5,))]),
    "a walrus": ("(z := 2.5)", [("z", "assign", (2.5,))]),
    "an augmented assignment": (
        "d = 1.0\nd += 0.5", [("d", "assign", (1.0,)), ("d", "assign", (1.5,))]),
    "a loop variable": (
        "for dW in (1.5, 2.5): pass", [("dW", "loop", (1.5,)), ("dW", "loop", (2.5,))]),
    "a returned value": (
        "def grads(): return 1.5\ngrads()", [("grads()", "return", (1.5,))]),
    "a returned dictionary": (
        "def grads(): return {'W1': 1.5, 'b1': [2.5, 3]}\ngrads()",
        [("grads() W1", "return", (1.5,)), ("grads() b1", "return", (2.5, 3.0))]),
    "a nested function's name is its own": (
        "def f():\n    def g(): return 0.5\n    return g() * 3\nf()",
        [("g()", "return", (0.5,)), ("f()", "return", (1.5,))]),
    "a difference": (
        "a, b = 3.5, 1.5\na - b",
        [("a", "assign", (3.5,)), ("b", "assign", (1.5,)),
         ("a", "difference", (3.5,)), ("b", "difference", (1.5,))]),
    "a difference of whole numbers": ("3 - 1", []),
    "an equality": (
        "1.5 == 2.5", [("1.5", "equality", (1.5,)), ("2.5", "equality", (2.5,))]),
    "an inequality": (
        "1.5 != 2.5", [("1.5", "equality", (1.5,)), ("2.5", "equality", (2.5,))]),
    "a chained comparison": ("1.5 == 1.5 == 1.5", []),
    "an equality of texts": ("'a' == 'b'", []),
    "a difference quotient": (
        "(2.0 + 1.0) / 1e-3",
        [("2.0 + 1.0", "ratio", (3.0,)), ("0.001", "ratio", (0.001,)),
         ("2.0 + 1.0 ~ 0.001", "quotient", (3000.0,))]),
    "another quotient": ("3.0 / 2.0", [("3.0", "ratio", (3.0,)), ("2.0", "ratio", (2.0,))]),
    "arguments of an own function": (
        "def check(a, b): pass\ncheck(1.0 * 2, b=0.5 * 3)",
        [("1.0 * 2", "argument", (2.0,)), ("b", "argument", (1.5,))]),
    "arguments of a comparing call": (
        "import math\na = 1.5\nmath.dist([a], [a + 1])",
        [("a", "assign", (1.5,)), ("[a]", "argument", (1.5,)), ("[a + 1]", "argument", (2.5,))]),
    "arguments of another method": ("import math\nmath.sqrt(2.5 * 2)", []),
    "a printed value": (
        "d = 1.5\nprint('dW1', d)", [("d", "assign", (1.5,)), ("dW1 d", "print", (1.5,))]),
    "a value printed through a call": (
        "d = [1.5]\nprint(max(d))",
        [("d", "assign", (1.5,)), ("d", "print", (1.5,)), ("max(d)", "print", (1.5,))]),
    "a value in an f-string": (
        "d = 1.5\ns = f'dW1: {d:.2f}'", [("d", "assign", (1.5,)), ("dW1:  d", "print", (1.5,))]),
    "values in a percent format": (
        "d = 1.5\ns = '%s %s' % (d, 2.5)",
        [("d", "assign", (1.5,)), ("'%s %s' ~ (d, 2.5) [0]", "print", (1.5,)),
         ("'%s %s' ~ (d, 2.5) [1]", "print", (2.5,))]),
    "a value changed in place": (
        "d = [1.5, 2.5]\nd[0] = 0.0",
        [("d", "assign", (1.5, 2.5)), ("d[0]", "assign", (0.0,)), ("d", "assign", (0.0, 2.5))]),
    "a method that changes its object": (
        "import torch\nd = torch.ones(2)\nd.mul_(3.0)",
        [("d", "assign", (1.0, 1.0)), ("d", "assign", (3.0, 3.0))]),
    "texts, truth values, functions and classes": (
        "a = 'x'\nb = True\nc = None\nd = len\nclass E: pass\ne = E\nf = lambda: 1.5", []),
}  # fmt: skip


@pytest.mark.parametrize("case", NOTICED)
def test_values_are_noticed_with_the_students_own_words(case):
    text, expected = NOTICED[case]
    assert [record for record in seen(text) if record[2]] == expected


def test_a_seed_is_not_noticed_as_an_argument():
    text = "import random\nfrom random import seed\nseed(1.5)\nrandom.seed(1.5 * 2)\n"
    assert seen(text) == []


def test_arguments_of_one_call_and_fields_of_one_text_share_a_group():
    text = """
        def check(a, b): pass
        x, y = 1.5, 2.5
        check(x, y)
        check(y, x)
        s = f"{x} {y}"
    """
    records = rewritten(textwrap.dedent(text).lstrip())[3].records
    groups = [r["group"] for r in records if r["group"]]
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [2, 2, 2]


def test_both_sides_of_a_comparison_are_tied_together():
    recorder = rewritten("a, b = 1.5, 2.5\nc = a - b\nd = a == b\n")[3]
    pairs = [
        (
            one["how"],
            one["line"],
            *(recorder.records[one[side]]["value"]["values"][0] for side in ("left", "right")),
        )
        for one in recorder.compared
    ]
    assert pairs == [("difference", 2, 1.5, 2.5), ("equality", 3, 1.5, 2.5)]


HELD = {
    "c -= b": ("difference", [1.5], [2.5]),
    "c = t / u": ("ratio", [1.0, 2.0], [4.0, 8.0]),
    "c = a / b": ("ratio", [1.5], [2.5]),
}


@pytest.mark.parametrize("statement", HELD)
def test_what_else_holds_two_values_against_each_other(statement):
    text = "import torch\na, b, c = 1.5, 2.5, 1.5\nt = torch.tensor([1.0, 2.0])\nu = 4 * t\n"
    recorder = rewritten(text + statement + "\n")[3]
    (one,) = recorder.compared
    sides = [recorder.records[one[side]]["value"]["values"] for side in ("left", "right")]
    assert (one["how"], *sides) == HELD[statement]


def test_a_method_that_compares_ties_its_object_to_its_argument():
    text = "import torch\nt = torch.tensor([1.0])\nu = 2 * t\nc = t.allclose(u)\n"
    records = rewritten(text)[3].records
    groups = [r["value"]["values"] for r in records if r["group"].endswith(":allclose")]
    assert groups == [[1.0], [2.0]]


def test_lines_are_those_of_the_source():
    text = "\n\na = 1.5\nb = (\n    2.5\n)\n\ndef f():\n    return 3.5\nf()\n"
    records = rewritten(text)[3].records
    assert [record["line"] for record in records] == [3, 5, 9]


def test_sites_are_the_same_in_every_rewriting_whatever_is_replaced():
    text = textwrap.dedent(SNIPPETS["torch and numpy"])
    first, again = (instrument(text, "p.py", r) for r in ({}, {0: 9.0, 3: -1.0}))
    assert list(first.sites.items()) == list(again.sites.items())
    assert first.numbers[1:3] == again.numbers[1:3]


def test_two_modules_have_no_site_in_common():
    both = [instrument("a = 1.5\n", file, {}).sites for file in ("p.py", "q.py")]
    assert both[0].keys().isdisjoint(both[1])


# --- checks of the program itself

SOFT = {
    "an assert": "assert False\n",
    "an assert with a message": "assert 1 - 1, f'{2 - 1}'\n",
    "an assert with a comma": "assert (1.5 == 2.5), 'no'\n",
    "a library's": "import numpy as np\nnp.testing.assert_allclose(1.0, 2.0)\n",
    "torch's": "import torch\ntorch.testing.assert_close(torch.ones(1), torch.zeros(1))\n",
    "an imported one": "from numpy.testing import assert_allclose\nassert_allclose(1.0, 2.0)\n",
    "an own one": "def assert_same(a, b):\n    assert a == b\nassert_same(1.0, 2.0)\n",
    "in a function": "def f():\n    assert False\n    return 1\nf()\n",
    "in a loop": "for n in range(2):\n    assert n - n\n",
}


@pytest.mark.parametrize("case", SOFT)
def test_a_failed_check_is_noted_and_the_program_goes_on(case):
    text = SOFT[case] + "after = 1.5\n"
    module, _, error, recorder = rewritten(text)
    assert error is None
    assert module.after == 1.5
    assert recorder.failed_assertions
    assert "assert" in text.splitlines()[recorder.failed_assertions[0] - 1]


def test_a_check_that_holds_is_not_noted():
    assert rewritten("assert True\nassert 1.5 - 0.5 == 1\n")[3].failed_assertions == []


def test_another_error_in_a_check_is_no_failed_check():
    _, _, error, recorder = rewritten("assert nothing_of_that_name\n")
    assert isinstance(error, NameError)
    assert recorder.failed_assertions == []


# --- conditions, which a run with a scaled engine decides as the run before it did

STOPS = {
    "a raise": "def f():\n    if v > 1:\n        raise KeyError\n    return 2.5\n",
    "an exit": "import sys\ndef f():\n    if v > 1:\n        sys.exit(1)\n    return 2.5\n",
    "a return": "def f():\n    if v > 1:\n        return 1.5\n    return 2.5\n",
    "a branch": "def f():\n  if v > 1:\n    return 1.5\n  elif v < 1:\n    return 2.5\n",
    "an expression": "def f():\n    return 1.5 if v > 1 else 2.5\n",
    "a loop": "def f():\n    n = 0.5\n    while n < v * 4:\n        n += 1.0\n    return n\n",
    "and": "def f():\n    return v < 1 and 2.5\n",
    "or": "def f():\n    return v > 1 or 2.5\n",
    "all": "def f():\n    return 2.5 if all(v < 1 for _ in range(3)) else 1.5\n",
    "any": "def f():\n    return 1.5 if any([v > 1, v > 2]) else 2.5\n",
    "a filter": "def f():\n    return sum(2.5 for _ in range(1) if v < 1)\n",
    "a case": "def f():\n  match v:\n    case _ if v > 1: return 1.5\n    case _: return 2.5\n",
}


@pytest.mark.parametrize("case", STOPS)
def test_a_run_can_go_the_way_of_another_one(case):
    made = instrument(f"{STOPS[case]}r = f()\n", "program.py", {})
    way, results = Way(), []
    for v in (0.5, 8.0):
        engine = Engine(1.0, False, way)
        engine.recorder.sites.update(made.sites)
        module, _, error = executed(made.code, engine.recorder, v=v)
        results.append((getattr(module, "r", None), error))
        way = Way(way)
    assert results == [(2.5, None), (2.5, None)]


def test_beyond_the_way_of_the_other_run_conditions_hold_as_they_do():
    first = Way()
    assert [first.go("a", held) for held in (True, False)] == [True, False]
    again = Way(first)
    assert [again.go("a", True) for _ in range(3)] == [True, False, True]
    assert again.go("elsewhere", True) is True


def test_a_way_has_an_end(monkeypatch):
    monkeypatch.setattr("grader.sandbox.inside.ways.MAX_DECISIONS", 2)
    first = Way()
    for _ in range(5):
        first.go("a", True)
    assert [Way(first).go("a", False), len(first._taken["a"])] == [True, 2]


def test_another_all_than_pythons_gets_what_it_was_given():
    module, _, error, _ = rewritten("from numpy import all\nr = all([[1.5, 0.0]])\n")
    assert error is None
    assert module.r == False  # noqa: E712 - numpy's


# --- what a notebook shows

SHOWN = {
    "a value": ("a = 1.5\n", "a\n", [1.5]),
    "two": ("a, b = 1.5, 2.5\n", "a, b\n", [1.5, 2.5]),
    "not with a semicolon": ("a = 1.5\n", "a;\n", []),
    "only the last": ("a, b = 1.5, 2.5\n", "a\nb\n", [2.5]),
}


@pytest.mark.parametrize("case", SHOWN)
def test_the_last_expression_of_a_cell_is_printed(case):
    first, second, values = SHOWN[case]
    recorder = rewritten(first + second, cells=(1, 2))[3]
    shown = [r["value"]["values"][0] for r in recorder.records if r["kind"] == "print"]
    assert shown == values


def test_a_script_shows_nothing_by_itself():
    assert [
        r for r in rewritten("a = 1.5\na\n", cells=(1,))[3].records if r["kind"] == "print"
    ] == []


# --- numbers


def test_numbers_are_counted_in_the_order_of_the_source():
    numbers = instrument("a = 1.5\nb = [2, -3]\nc = f'{4:.{5}f}'\nd = 'x', True\n", "p", {}).numbers
    assert [(n.index, n.line, n.value) for n in numbers][:4] == [
        (0, 1, 1.5), (1, 2, 2.0), (2, 2, 3.0), (3, 3, 4.0)
    ]  # fmt: skip


REPLACED = [
    ("a = 1.5\nb = 2.5\n", {1: 7.5}, {"a": 1.5, "b": 7.5}),
    ("a = 1.5\nb = 2.5\n", {0: -1.0, 1: 0.25}, {"a": -1.0, "b": 0.25}),
    ("a = -2.0\n", {0: 3.0}, {"a": -3.0}),
    ("a = 2.0 ** 2\n", {0: -3.0}, {"a": 9.0}),
    ("a = [1, 2.0]\n", {0: 0.5}, {"a": [0.5, 2.0]}),
    ("def f(v=1.0): return v\na = f()\n", {0: 4.0}, {"a": 4.0}),
    ("a = (lambda v: v * 2.0)(3.0)\n", {0: 5.0}, {"a": 15.0}),
    ("a = f'{1.5:.1f}'\n", {0: 2.5}, {"a": "2.5"}),
    ("a = {'k': 1.0}\n", {0: 2.0}, {"a": {"k": 2.0}}),
]


@pytest.mark.parametrize(("text", "replacements", "expected"), REPLACED)
def test_a_number_is_replaced_by_its_index(text, replacements, expected):
    module = rewritten(text, replacements)[0]
    assert {name: getattr(module, name) for name in expected} == expected


# --- cells of a notebook

CELLS = "a = 1.5\nb = 1 / 0\nc = 2.5\nd = a - 1\ne = missing\nf = 3.5\n"


def test_a_cell_that_fails_does_not_keep_the_next_from_running():
    module, _, error, recorder = rewritten(CELLS, cells=[1, 4, 6])
    assert error is None
    assert isinstance(recorder.failed_cell, ZeroDivisionError)
    assert not hasattr(module, "c")
    assert (module.a, module.d, module.f) == (1.5, 0.5, 3.5)


def test_a_script_without_cells_ends_where_it_fails():
    module, _, error, _ = rewritten(CELLS)
    assert isinstance(error, ZeroDivisionError)
    assert not hasattr(module, "d")


def test_cells_that_all_run_leave_the_same_variables():
    text = "from __future__ import annotations\nimport math\n\nx: float = 1.5\ny = math.pi - x\n"
    whole, in_cells = rewritten(text)[0], rewritten(text, cells=[1, 4, 5])[0]
    assert values(whole) == values(in_cells)
    assert in_cells.y == math.pi - 1.5
