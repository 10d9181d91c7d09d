"""Written mathematics: LaTeX or Unicode source → typed expression → value on an instance.

    tokens      signs, with their places; the student's macros expanded (alphabet, macros)
    parser      signs → expression: sums, products, atoms, on a `cursor`, with one module for each
                kind of notation: scripts, brackets, words, derivatives, environments
    statements  a display → chains of members and relations
    evaluation  expression × scope → value, shapes checked strictly (values, sequences)
    ambiguity   what people write for two different things
    printing    an expression as it was understood

Nothing is guessed: what is not understood to its end raises an error of `grader.formulas.errors`.
"""
