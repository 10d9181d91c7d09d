"""Measurements of the grader itself: how honest its verdicts are, and how fast they come."""
