"""Answers and observations against the reference: findings with their numbers, no points."""
