"""Written mathematics: LaTeX or Unicode source → typed expression → value on an instance.

    tokens      signs, with their places; the student's macros expanded
    parser      signs → expression
    statements  a display → chains of members and relations
    evaluation  expression × scope → value, shapes checked strictly

Nothing is guessed: what is not understood to its end raises an error of `grader.formulas.errors`.
"""
