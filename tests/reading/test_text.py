"""Bytes become text, in whatever encoding they are."""

from __future__ import annotations

import codecs

import pytest

from grader.model import SubmittedFile
from grader.reading.text import decode


def decoded(content: bytes, *, python: bool = False):
    return decode(
        SubmittedFile(path="hw2.py" if python else "hw2.tex", content=content), python=python
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("λ‖w‖² é\n".encode(), None),
        (codecs.BOM_UTF8 + "λ‖w‖² é\n".encode(), None),
        ("λ‖w‖² é\n".encode("utf-16"), "file-not-utf8"),
        (codecs.BOM_UTF16_BE + "λ‖w‖² é\n".encode("utf-16-be"), "file-not-utf8"),
        ("λ‖w‖² é\n".encode("utf-32"), "file-not-utf8"),
        ("λ‖w‖² é\r\n".encode(), None),
        ("λ‖w‖² é\r".encode(), None),
        ("λ‖w‖² e\u0301\n".encode(), None),
        ("λ‖\u200bw‖²\u200b é\n".encode(), None),
    ],
)
def test_the_same_text_in_many_encodings(content, code):
    text, notice = decoded(content)
    assert text == "λ‖w‖² é\n"
    assert (notice.code if notice else None) == code


def test_utf16_without_a_mark():
    text, notice = decoded("print('hello')\n".encode("utf-16-le"))
    assert text == "print('hello')\n"
    assert notice and "UTF-16-LE" in notice.message


def test_windows_1252():
    text, notice = decoded("Müller’s “proof”".encode("cp1252"))
    assert text == "Müller’s “proof”"
    assert notice and "Windows-1252" in notice.message and not notice.blocks


def test_bytes_that_mean_nothing_are_kept_somehow():
    assert decoded(b"a\x81\xffb").text == "a\x81ÿb"


def test_zero_bytes_are_left_out():
    text, notice = decoded(b"x = 1\0\ny = 2\n")
    assert text == "x = 1\ny = 2\n"
    assert notice and notice.code == "file-zero-bytes"


@pytest.mark.parametrize("name", ["latin-1", "gbk", "cp1252", "koi8-r"])
def test_the_coding_line_of_python(name):
    source = f"#!/usr/bin/python\n# -*- coding: {name} -*-\ns = 'é'\n"
    if name in {"gbk", "koi8-r"}:
        source = source.replace("é", "м")
    assert decoded(source.encode(name), python=True).text == source


@pytest.mark.parametrize(
    "name", ["rot13", "unicode_escape", "zlib", "nonsense", "../../etc", "idna"]
)
def test_a_coding_line_cannot_ask_for_anything_else(name):
    source = f"# coding: {name}\nx = 1\n"
    assert decoded(source.encode(), python=True).text == source


def test_only_python_keeps_invisible_characters():
    content = "a\u200bb".encode()
    assert decoded(content).text == "ab"
    assert decoded(content, python=True).text == "a\u200bb"


def test_lines_are_broken_at_newlines_only():
    assert decoded("a\u2028b\x0bc\x85d\n".encode()).text.count("\n") == 1
