"""Runs untrusted programs and reports what they computed; knows no rubric and no reference."""

from grader.sandbox.client import Sandbox, Session
from grader.sandbox.protection import Protection

__all__ = ["Protection", "Sandbox", "Session"]
