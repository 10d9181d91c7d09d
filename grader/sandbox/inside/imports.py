"""Sibling modules of a submission, and stand-ins for packages that only exist in notebooks.

A module that a student hands in beside the script is rewritten like the script itself. It is found
last, after everything installed, so that a file named ``torch.py`` shadows nothing.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from .instrument import instrument
from .recorder import Recorder
from .sites import RECORDER_NAME


class SiblingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules and packages in the folder of the program."""

    def __init__(self, folder: Path, recorder: Recorder) -> None:
        self._folder = folder
        self._recorder = recorder
        self.loaded: list[str] = []

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        stem = self._folder.joinpath(*fullname.split("."))
        for file, is_package in ((stem / "__init__.py", True), (stem.with_suffix(".py"), False)):
            if file.is_file():
                spec = importlib.machinery.ModuleSpec(
                    fullname, self, origin=str(file), is_package=is_package
                )
                spec.has_location = True
                if is_package:
                    spec.submodule_search_locations = [str(stem)]
                return spec
        return None

    def create_module(self, spec: Any) -> Any:  # noqa: ARG002
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        spec = module.__spec__
        assert spec is not None and spec.origin is not None
        self.loaded.append(spec.name)
        text = importlib.util.decode_source(Path(spec.origin).read_bytes())
        rewritten = instrument(text, spec.origin, {})
        self._recorder.sites.update(rewritten.sites)
        setattr(module, RECORDER_NAME, self._recorder)
        exec(rewritten.code, module.__dict__)  # noqa: S102 - running it is what the sandbox is for


_OURS = Path(__file__).resolve().parents[1]


def _is_ours(module: types.ModuleType) -> bool:
    """Whether it belongs to the sandbox: a student's ``layers.py`` must not meet ours."""
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.startswith(f"{_OURS}/")


@contextmanager
def _hidden() -> Iterator[None]:
    """Take our own modules out of sight; all that we need of them is imported already."""
    ours = {name: module for name, module in sys.modules.items() if _is_ours(module)}
    for name in ours:
        del sys.modules[name]
    try:
        yield
    finally:
        sys.modules.update(ours)


@contextmanager
def importing_from(folder: Path, recorder: Recorder) -> Iterator[None]:
    """Let the program import its siblings; forget them afterwards."""
    with _hidden():
        yield from _importing_from(folder, recorder)


def _importing_from(folder: Path, recorder: Recorder) -> Iterator[None]:
    finder = SiblingFinder(folder, recorder)
    path, finders, before = list(sys.path), list(sys.meta_path), set(sys.modules)
    sys.meta_path += [finder, StandIns()]
    try:
        yield
    finally:
        sys.meta_path[:] = finders
        sys.path[:] = path
        added = [(name, sys.modules[name]) for name in sys.modules.keys() - before]
        stood_in = [name for name, module in added if _loader(module) is StandIns]
        for name in (*finder.loaded, *stood_in):
            sys.modules.pop(name, None)


def _loader(module: types.ModuleType) -> type | None:
    """The class of a module's loader; what a program puts among the modules may have none."""
    return type(getattr(getattr(module, "__spec__", None), "loader", None))


def _show(*values: Any, **_: Any) -> None:
    for value in values:
        print(value)  # noqa: T201 - a notebook's display() is a print here


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _ipython() -> types.ModuleType:
    module = types.ModuleType("IPython")
    vars(module).update(get_ipython=_nothing, version_info=(8, 0, 0), __version__="8.0.0")
    return module


def _ipython_display() -> types.ModuleType:
    module = types.ModuleType("IPython.display")
    shown = dict.fromkeys(("Markdown", "Math", "Latex", "HTML", "Image", "Code"), str)
    vars(module).update(display=_show, clear_output=_nothing, **shown)
    return module


def _colab() -> types.ModuleType:
    module = types.ModuleType("google.colab")
    drive = types.SimpleNamespace(mount=_nothing)
    files = types.SimpleNamespace(upload=dict, download=_nothing)
    vars(module).update(drive=drive, files=files)
    return module


class Silent(str):
    """Stands for whatever a package for display returns: an empty text that accepts everything."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Silent:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Silent:
        return self

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __add__(self, other: Any) -> Any:
        return other

    __radd__ = __add__


def _first(given: Any = "", *_: Any, **__: Any) -> Any:
    return given


def _display_package(name: str) -> types.ModuleType:
    """A package that only shows things: nothing is shown, and what it decorates stays."""
    module = types.ModuleType(name)
    kept = {"tqdm": _first, "trange": range, "track": _first, "colored": _first, "cprint": _show}
    vars(module).update(kept, print=_show, __getattr__=lambda _: Silent(), __path__=[])
    return module


DISPLAY_PACKAGES = frozenset(
    """torchviz graphviz torchsummary torchinfo torchview tabulate prettytable texttable termcolor
    colorama rich seaborn plotly tqdm icecream wandb hiddenlayer netron""".split()
)
"""Packages that draw, colour or tabulate, and compute nothing that a verdict could rest on."""


def _asked_by_program() -> bool:
    """Whether the student's code imports it; libraries do without what is not installed."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None and RECORDER_NAME in frame.f_globals


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes ``IPython``, ``google.colab`` and packages for display importable without them.

    Found last and only when asked for: libraries look whether ``IPython`` was imported.
    """

    makers: ClassVar[dict[str, Callable[[], types.ModuleType]]] = {
        "IPython": _ipython,
        "IPython.display": _ipython_display,
        "google": lambda: types.ModuleType("google"),
        "google.colab": _colab,
    }

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        shows = fullname.partition(".")[0] in DISPLAY_PACKAGES and _asked_by_program()
        if fullname not in self.makers and not shows:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package="." not in fullname)

    def create_module(self, spec: Any) -> types.ModuleType:
        made = self.makers.get(spec.name)
        return made() if made else _display_package(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run: the stand-in is complete."""
