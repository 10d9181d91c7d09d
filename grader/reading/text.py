"""Bytes → text, with the encoding that the bytes themselves suggest.

UTF-8 first, since almost everything is; then what a byte order mark or (for Python) a coding line
declares; then UTF-16 by its zero bytes; at last Windows-1252, which never fails. Anything but
UTF-8 is said in a `Notice`, because a wrong guess shows up as garbled formulas.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

from grader.model import Notice, SubmittedFile

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CODING_LINE = re.compile(rb"^[ \t\f]*#.{0,200}?coding[:=][ \t]*([-\w.]{1,40})")
"""The declaration of PEP 263, in one of the first two lines of a Python file."""

_DECLARABLE = frozenset(
    "utf-8 ascii iso8859-1 iso8859-2 iso8859-9 iso8859-15 cp1250 cp1251 cp1252 cp1254 cp949 "
    "koi8-r gbk gb2312 gb18030 big5 euc_kr euc_jp shift_jis mac-roman".split()
)
"""Encodings of characters. Python knows others, which rewrite text (``rot13``)."""

_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
)
"""Characters without width, which editors such as Typora leave inside formulas."""


class Decoded(NamedTuple):
    """A file's text, and what had to be guessed to read it."""

    text: str
    notice: Notice | None


def decode(file: SubmittedFile, *, python: bool = False) -> Decoded:
    r"""The text of a file, in NFC, with ``\n`` at the end of lines.

    Args:
        file: the file.
        python: whether a coding line counts, and invisible characters stay.
    """
    encoding = _encoding(file.content, declared=python)
    text = _decoded(file.content, encoding)
    notice = None if encoding == "utf-8" else _guessed(file.path, encoding)
    if "\0" in text:
        text = text.replace("\0", "")
        notice = _zero_bytes(file.path)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not python:
        text = text.translate(_INVISIBLE)
    return Decoded(unicodedata.normalize("NFC", text), notice)


def _encoding(content: bytes, *, declared: bool) -> str:
    suggested = [encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)]
    if declared:
        suggested.append(_declaration(content))
    suggested += [_wide_encoding(content), "utf-8"]
    return next((name for name in suggested if name and _fits(content, name)), "cp1252")


def _declaration(content: bytes) -> str:
    """The encoding that a coding line names, or nothing."""
    for line in content.split(b"\n", 2)[:2]:
        if match := _CODING_LINE.match(line):
            with suppress(LookupError):
                name = codecs.lookup(match[1].decode("ascii")).name
                return name if name in _DECLARABLE else ""
    return ""


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without its mark, or nothing: Latin text then has a zero in every other byte."""
    sample = content[:1000]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[first::2].count(0) > len(sample) * 0.3:
            return encoding
    return ""


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError:  # five bytes mean nothing in Windows-1252
        return content.decode("latin-1")


def _guessed(path: str, encoding: str) -> Notice:
    name = {"cp1252": "Windows-1252"}.get(encoding, encoding.upper())
    message = f"{path} is not in UTF-8; it was read as {name}. If letters or symbols look wrong "
    return Notice(code="file-not-utf8", message=message + "there, save it as UTF-8.")


def _zero_bytes(path: str) -> Notice:
    message = f"{path} contains zero bytes, which were left out. Check that it opens as plain text."
    return Notice(code="file-zero-bytes", message=message)
