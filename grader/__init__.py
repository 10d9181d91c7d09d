"""Autograder for NYU CS-GY 6923, Written Homework 2."""

__version__ = "0.1.0"
