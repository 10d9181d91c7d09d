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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .instrument import RECORDER_NAME, instrument
from .recorder import Recorder


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


@contextmanager
def importing_from(folder: Path, recorder: Recorder) -> Iterator[None]:
    """Let the program import its siblings; forget them afterwards."""
    finder = SiblingFinder(folder, recorder)
    path = list(sys.path)
    sys.meta_path.append(finder)
    try:
        yield
    finally:
        sys.meta_path[:] = [f for f in sys.meta_path if f is not finder]
        sys.path[:] = path
        for name in finder.loaded:
            sys.modules.pop(name, None)


def _show(*values: Any, **_: Any) -> None:
    for value in values:
        print(value)  # noqa: T201 - a notebook's display() is a print here


def _nothing(*_: Any, **__: Any) -> None:
    return None


def install_stand_ins() -> None:
    """Make ``IPython`` and ``google.colab`` importable where they are not installed."""
    if importlib.util.find_spec("IPython") is None:
        display = types.ModuleType("IPython.display")
        shown = dict.fromkeys(("Markdown", "Math", "Latex", "HTML", "Image", "Code"), str)
        vars(display).update(display=_show, clear_output=_nothing, **shown)
        ipython = types.ModuleType("IPython")
        vars(ipython).update(display=display, get_ipython=_nothing, __path__=[])
        sys.modules.update({"IPython": ipython, "IPython.display": display})
    if importlib.util.find_spec("google") is None:
        colab = types.ModuleType("google.colab")
        vars(colab).update(
            drive=types.SimpleNamespace(mount=_nothing),
            files=types.SimpleNamespace(upload=dict, download=_nothing),
        )
        google = types.ModuleType("google")
        vars(google).update(colab=colab, __path__=[])
        sys.modules.update({"google": google, "google.colab": colab})
