"""Passages that two students' papers share: for a person to look at, never a verdict."""

from grader.similarity.comparing import similar
from grader.similarity.papers import Kind, Pair, Paper, Passage, Section, Side

__all__ = ["Kind", "Pair", "Paper", "Passage", "Section", "Side", "similar"]
