"""The reference: one readable module per problem of CS-GY 6923 Written Homework 2.

`problem1.py` … `problem4.py` each hold the statement in the homework's symbols, the sampling of
inputs, the expected value of every rubric item, and the misconceptions as formulas that can be
evaluated. The package needs numpy alone, imports nothing of the grader, and never enters a
process that runs student code.
"""
