"""Submissions that are more than a few files of text: each function makes one folder or zip."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
from pathlib import Path

HONEST = """
import torch
torch.manual_seed(3)
W1 = torch.randn(4, dtype=torch.float64, requires_grad=True)
b1 = torch.randn(4, dtype=torch.float64, requires_grad=True)
W2 = torch.randn(4, dtype=torch.float64, requires_grad=True)
b2 = torch.randn((), dtype=torch.float64, requires_grad=True)
x = torch.randn((), dtype=torch.float64, requires_grad=True)
y = torch.randn((), dtype=torch.float64)
z1 = W1 * x + b1
a1 = torch.relu(z1)
y_hat = torch.dot(W2, a1) + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()
with torch.no_grad():
    e = y_hat - y
    mask = (z1 > 0).double()
    dL_db2 = e
    dL_dW2 = e * a1
    dL_db1 = e * W2 * mask
    dL_dW1 = dL_db1 * x
    dL_dx = e * (1 + (W2 * mask * W1).sum())
for name, mine, auto in [("W1", dL_dW1, W1.grad), ("b1", dL_db1, b1.grad), ("W2", dL_dW2, W2.grad),
                         ("b2", dL_db2, b2.grad), ("x", dL_dx, x.grad)]:
    print(name, (mine - auto).abs().max())
"""
"""Earns all five points."""

FORWARD = HONEST.partition("with torch.no_grad")[0]
"""The network and autograd, without the analytic gradients."""


def climbing_zip(folder: Path) -> None:
    """Entries that want to land elsewhere."""
    with _zip(folder) as archive:
        archive.writestr("hw2.py", HONEST)
        for name in (
            "../attack-up.py",
            "../../../../../../tmp/attack-up.py",
            "/tmp/attack-abs.py",
            "a/../../attack-up.py",
            "C:\\attack.py",
            "..\\..\\attack-back.py",
        ):
            archive.writestr(name, "raise SystemError('climbed out')\n")


def linking_zip(folder: Path) -> None:
    """Symbolic links and devices among the entries."""
    with _zip(folder) as archive:
        archive.writestr("hw2.py", HONEST)
        for name, kind in (
            ("link.py", stat.S_IFLNK),
            ("device.py", stat.S_IFCHR),
            ("pipe.py", stat.S_IFIFO),
        ):
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (kind | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")


def linking_folder(folder: Path) -> None:
    """Links to files and folders outside."""
    _write(folder, "hw2.py", HONEST)
    for name, target in (("passwd.py", "/etc/passwd"), ("all.md", "/"), ("self.tex", "self.tex")):
        (folder / name).symlink_to(target)


def device_folder(folder: Path) -> None:
    """A pipe that nobody writes to: whoever reads it waits for ever."""
    _write(folder, "hw2.py", HONEST)
    os.mkfifo(folder / "hw2.md")


def bomb_zip(folder: Path) -> None:
    """Three hundred megabytes of nothing in three hundred kilobytes."""
    with _zip(folder) as archive:
        archive.writestr("hw2.py", HONEST)
        archive.writestr("data.csv", bytes(300 * 2**20), zipfile.ZIP_DEFLATED)


def nested_zip(folder: Path) -> None:
    """Zips in zips in zips."""
    inner = folder / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.py", "raise SystemError\n")
    for level in range(4):
        outer = folder / f"level-{level}.zip"
        with zipfile.ZipFile(outer, "w") as archive:
            archive.write(inner, "inner.zip")
        inner.unlink()
        outer.rename(inner)
    _write(folder, "hw2.py", HONEST)


def lying_zip(folder: Path) -> None:
    """The directory of the archive promises other sizes than the entries have."""
    with _zip(folder) as archive:
        archive.writestr("hw2.py", HONEST, zipfile.ZIP_DEFLATED)
    path = folder / "hw2.zip"
    content = bytearray(path.read_bytes())
    central = content.find(b"PK\1\2")
    content[central + 24 : central + 28] = struct.pack("<I", 2**31)
    path.write_bytes(content)


def utf_16_program(folder: Path) -> None:
    """As Windows' Notepad may save it."""
    (folder / "hw2.py").write_bytes(HONEST.encode("utf-16"))


def magic_notebook(folder: Path) -> None:
    """What people leave in notebooks."""
    magics = "%matplotlib inline\n!pip install torch\n%%time\n?print\n"
    magics += "get_ipython().system('touch attack')\n"
    _notebook(folder, [magics, HONEST, "!touch /tmp/attack-magic"])


def huge_notebook(folder: Path) -> None:
    """Five thousand cells, with megabytes of pictures as output."""
    _notebook(folder, [HONEST, *["x = 1"] * 5000], output="A" * 3000)


def nesting_notebook(folder: Path) -> None:
    """JSON as deep as no parser goes."""
    (folder / "hw2.ipynb").write_text('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")


def strange_names(folder: Path) -> None:
    """Names that trip over terminals, shells and tables."""
    names = (
        "-rf.py",
        "a b'\"$(touch attack).py",
        "new\nline.py",
        "\u202eyp.evil.py",
        "=cmd|x.md",
        "x" * 240 + ".py",
        "CON.py",
        "é.py",
        "e\u0301.py",
        "<b>.tex",
    )
    for name in names:
        _write(folder, name, "print(1)\n")
    os.close(os.open(os.fsencode(folder) + b"/\xff\xfe.py", os.O_CREAT | os.O_WRONLY))


def bracket_tower(folder: Path) -> None:
    """Nesting that recursive parsers do not survive."""
    depth = 100_000
    formula = "(" * depth + "x" + ")" * depth
    fractions = "\\frac{" * 5000
    _write(
        folder,
        "hw2.md",
        f"## Problem 1\n(a) ${formula}$\n(b) ${'{' * depth}{'}' * depth}$\n"
        f"## Problem 2\n(a) ${fractions}x\n",
    )
    _write(folder, "hw2.py", f"x = {'(' * 5000}1{')' * 5000}\ny = {'-' * 50_000}1\n")


def slow_patterns(folder: Path) -> None:
    """Texts on which careless regular expressions take for ever."""
    lines = [
        " " * 50_000 + "x",
        "#" * 50_000,
        "\\item" * 20_000,
        "$" * 49_999,
        "`" * 49_999,
        "(a" * 30_000,
        "\\begin{" * 20_000,
        "*_" * 30_000,
        "Problem " * 20_000,
        "\t \t" * 30_000,
    ]
    _write(folder, "hw2.md", "## Problem 1\n(a) " + "\n".join(lines))
    _write(folder, "hw2.tex", "\\section*{Problem 2}\n" + "\n".join(lines))


def _zip(folder: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(folder / "hw2.zip", "w")


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def _notebook(folder: Path, sources: list[str], output: str = "") -> None:
    shown = [{"output_type": "display_data", "data": {"image/png": output}, "metadata": {}}]
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1,
         "outputs": shown if output else []}
        for source in sources
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "hw2.ipynb").write_text(json.dumps(notebook))
