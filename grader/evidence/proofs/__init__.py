"""Judges for arguments: the proofs of 3a–3c, the counterexample of 3d, the decay of 2d.

lines            answer → chains with the words around them
symbols          what the letters stand for: points, weights, definitions
chains           each link checked on the instances
visible          what is non-negative at a glance
certificates     what makes a chain a proof; `steps`: reasons for single inequalities
words            reasons, citations and doubts in the prose
doubts           what speaks against a chain that is right; `objections`: what makes it wrong
convexity, counterexample, decay    the judges
"""

from __future__ import annotations

from grader.evidence.proofs import convexity, counterexample, decay
from grader.evidence.written import Judge
from grader.model import Answers, Evidence, ItemId


def judges() -> tuple[Judge, ...]:
    """The judges for one submission; (c) is told what was found about (a)."""
    known = convexity.Known()

    def proofs(item: ItemId, answers: Answers) -> Evidence | None:
        return convexity.judge(item, answers, known)

    return (proofs, counterexample.judge, decay.judge)
