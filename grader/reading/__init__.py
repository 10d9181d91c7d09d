"""Submission → Answers: what a student handed in, parsed and located; student code is never run."""

from grader.reading.answers import read

__all__ = ["read"]
