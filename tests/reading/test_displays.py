"""Own commands for displays: what they stand for, and what is left alone."""

import pytest

from grader.reading.displays import written_out

CASES = {
    r"\def\bq{\begin{equation*}} \def\eq{\end{equation*}} #\bq x \eq": "$$  x $$ ",
    r"\newcommand{\be}{\begin{align}}\newcommand{\ee}{\end{align}} #\be x \ee": "$$  x $$ ",
    r"\newenvironment{E}{\[}{\]} #\begin{E}x\end{E}": "$$       x$$     ",
    r"\newcommand{\eqn}[1]{\begin{equation}#1\end{equation}} #\eqn{x^{2}}": "$    x^{2}$",
    r"\def\ba#1\ea{\begin{align}#1\end{align}} #\ba x\ea": "$$  x$$ ",
    r"\newcommand{\ba}{\[\begin{aligned}}\newcommand{\ea}{\end{aligned}\]} #\ba x\ea": "$$  x$$ ",
    r"\newcommand{\be}{\begin{enumerate}} #\be \item": r"\be \item",
    r"\newcommand{\note}[1]{\textbf{#1}} #\note{x}": r"\note{x}",
    r"\newcommand{\be}{we have \begin{equation}} #\be x": r"\be x",
    r"\newcommand{\hb}{\begin{pmatrix}} #$\hb x$": "$\\hb x$",
}


@pytest.mark.parametrize("source", CASES)
def test_a_command_for_a_display_is_written_out(source):
    head, _, body = source.partition(" #")
    assert written_out(f"{head} #{body}", len(head)) == f"{head} #{CASES[source]}"


def test_a_definition_in_the_body_stays_as_it_is():
    source = r"\newcommand{\be}{\[}\newcommand{\ee}{\]} \be x \ee"
    assert written_out(source) == r"\newcommand{\be}{\[}\newcommand{\ee}{\]} $$  x $$ "
