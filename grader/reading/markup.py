"""LaTeX's markup as far as labels go: what may stand before one, what sets it off."""

from __future__ import annotations

import re

from grader.reading.macros import group_end
from grader.reading.openings import Syntax

_SIZES = "tiny small normalsize large Large LARGE huge Huge bf bfseries it itshape sc scshape sf em"
_TYPEFACES = "textbf textit emph underline uline textsc textsf texttt textrm fbox framebox text"
_SPACES = (
    "noindent indent medskip bigskip smallskip newpage clearpage pagebreak newline par quad qquad "
    "centering hfill vfill hrule null maketitle tableofcontents raggedright leavevmode item"
)
_FRAMES = (
    "center flushleft flushright quote quotation framed mdframed tcolorbox minipage small large"
)


def _any_of(names: str) -> str:
    return "(?:" + "|".join(names.split()) + ")(?![A-Za-z])"


LEAD = re.compile(
    rf"(?:[ \t\n~]|\\(?:{_any_of(_SPACES)}|{_any_of(_SIZES)}(?!\s*\{{))"
    r"|\\\\(?:\[[^\]\n]{0,200}\])?|\\[ ,;!>]"
    r"|\\(?:vspace|hspace|vskip|label|setcounter|addtocounter|phantomsection|needspace)"
    r"(?![A-Za-z])\*?(?:\{[^{}\n]{0,400}\})*"
    rf"|\\begin\{{{_any_of(_FRAMES)}\}}(?:\[[^\]\n]{{0,200}}\]|\{{[^{{}}\n]{{0,400}}\}})*)*"
)
_EMPHASIS = re.compile(
    rf"\\(?:{_any_of(_TYPEFACES)}|{_any_of(_SIZES)})\s*\{{|\{{\s*(?:\\{_any_of(_SIZES)}\s*)+"
)
_FURNITURE = re.compile(
    r"\s*(?:\\(?:begin|end|(?:sub)*section|(?:sub)?paragraph|chapter)(?![A-Za-z]).*"
    r"|(?:\\[A-Za-z]+\*?(?:\[[^\]]{0,200}\])?(?:\{[^{}]{0,400}\})*[\s{}]*)*|[^\w\ue000-\ue002]*)"
)


def _emphasis(mask: str, offset: int) -> tuple[int, int, int] | None:
    match = _EMPHASIS.match(mask, offset)
    end = group_end(mask, mask.index("{", offset)) if match else None
    return (match.end(), end - 1, end) if match and end else None


SYNTAX = Syntax(lead=LEAD, emphasis=_emphasis, furniture=_FURNITURE)
