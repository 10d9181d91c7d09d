"""Runs untrusted programs and reports what they computed; knows no rubric and no reference."""

from grader.sandbox.client import Sandbox, Session

__all__ = ["Sandbox", "Session"]
