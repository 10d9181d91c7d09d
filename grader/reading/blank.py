"""What counts as nothing: the furniture of a document, and slots that were never filled in."""

from __future__ import annotations

import re

from grader.reading.manuscript import CODE, DISPLAY, INLINE, plain

_ENVIRONMENTS = (
    "document enumerate itemize description compactenum center flushleft flushright quote framed "
    "mdframed tcolorbox parts subparts questions tasks solution solutions sol soln answer problem "
    "homeworkProblem question exercise part subproblem subquestion minipage figure frame "
    "list trivlist lyxlist Exercise Answer solutionorbox"
)
_COMMANDS = (
    "newpage clearpage pagebreak noindent indent medskip bigskip smallskip vfill hfill hrule hline "
    "par item newline linebreak maketitle tableofcontents centering raggedright null quad qquad "
    "bf bfseries it em tiny small normalsize large Large LARGE huge Huge qed qedhere hrulefill "
    "solution sol answer textbf textit emph underline left right"
)
_COMMANDS_WITH_ARGUMENT = (
    "vspace hspace vskip label pagestyle thispagestyle setcounter addtocounter stepcounter rule "
    "input include subfile import usepackage title author date lstinputlisting inputminted"
)


def _any_of(names: str) -> str:
    return "(?:" + "|".join(names.split()) + ")"


_OPTION = r"(?:\[[^\]\n]{0,200}\])?"
_TAGS = "br hr div p center details summary span font a big b strong u h1 h2 h3 h4 h5 h6"
_FURNITURE = re.compile(
    rf"\\(?:begin|end)\s*\{{{_any_of(_ENVIRONMENTS)}\*?\}}{_OPTION}(?:\{{[\d.\s]{{0,40}}\}})?"
    rf"|\\{_any_of(_COMMANDS)}(?![A-Za-z])\*?"
    rf"|\\{_any_of(_COMMANDS_WITH_ARGUMENT)}(?![A-Za-z])\*?{_OPTION}"
    r"(?:\{[^{}\n]{0,400}\})*"
    rf"|\\\\{_OPTION}|</?{_any_of(_TAGS)}\b[^>\n]{{0,200}}>|&nbsp;|[^\w\\$<`!()\[\]|]"
)
"""Pieces that a line may consist of without saying anything."""

_ANSWER = r"(?:answers?|solutions?|soln?|ans|proofs?|work|code|response|text)"
_SLOT = re.compile(
    r"\b(?:to-?do|tbd|fixme|placeholder|lorem ipsum|left blank|intentionally)\b"
    r"|\b(?:type|write|insert|enter|put|place|add|fill in|provide|include)\s+(?:in\s+)?"
    rf"(?:your|the|my)?\s*(?:\w+\s+)?{_ANSWER}\b(?:\s+here)?"
    rf"|\b(?:your|my)\s+(?:\w+\s+)?{_ANSWER}\b(?:\s+(?:goes|go|here))*"
    rf"|\b{_ANSWER}\s+(?:goes\s+)?here\b|\bhere\b"
    r"|\b(?:answers?|solutions?|soln?|ans|proof|response)\b|\b(?:\d{1,2}\s*)?(?:points?|pts)\b",
    re.IGNORECASE,
)
"""What templates write where an answer should go, and what stands above an answer."""

_COMMENT_LINE = re.compile(
    r"\s*(?:\\(?:begin|end)\{.*|#[^\n]*|pass|\.\.\.|`{3,}[^\n]*|~{3,}[^\n]*|)\s*"
)
_LATEX_COMMAND = re.compile(r"\\[A-Za-z]+\*?(?:\{[A-Za-z*]+\})?")


def is_blank(text: str, mask: str) -> bool:
    """Whether a stretch of a writeup says nothing: spacing, empty slots, headings of an answer.

    Args:
        text: the stretch as written.
        mask: the same with formulas and programs painted over.
    """
    words = mask
    for paint in (INLINE, DISPLAY, CODE):
        words = words.replace(paint, " ")
    words = _SLOT.sub(" ", plain(_FURNITURE.sub(" ", words)))
    if re.search(r"\w", words) or "\\includegraphics" in mask or "![" in mask or "<img" in mask:
        return False
    formulas = "".join(c for c, p in zip(text, mask, strict=True) if p in {INLINE, DISPLAY})
    if re.search(r"\w", _LATEX_COMMAND.sub("", formulas)):
        return False
    code = "".join(c for c, p in zip(text, mask, strict=True) if p == CODE or c == "\n")
    return all(_COMMENT_LINE.fullmatch(line) for line in code.split("\n"))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A range without the lines at its ends that say nothing; lines within stay."""
    while start < end:
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        if _FURNITURE.sub("", text[start:line_end]):
            break
        start = min(line_end + 1, end)
    while start < end:
        line_start = max(text.rfind("\n", start, end) + 1, start)
        if _FURNITURE.sub("", text[line_start:end]):
            break
        end = max(line_start - 1, start)
    return start, end
