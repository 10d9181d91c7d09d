"""Judges for arguments: the proofs of 3a–3c, the counterexample of 3d, the decay of 2d.

    lines            answer → chains with the words around them
    symbols          what the letters stand for: points, weights, definitions
    chains           each link checked on the instances
    visible          what is non-negative at a glance
    certificates     what makes a chain a proof; `steps`: reasons for single inequalities
    words            reasons, citations and doubts in the prose
    convexity, counterexample, decay    the judges
"""
