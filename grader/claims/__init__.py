"""Claims in prose: from a student's markup to sentences, and from those to what is said in them.

A passage becomes sentences in plain words (`sentences`, `plain`, `notation`, `numbers`), a sentence
becomes clauses (`clauses`), in which the patterns of the rubric's table are looked for (`matching`)
with negation and hedging in view (`polarity`). What all matches of an item come to is decided at
the end (`deciding`), and only where the wording leaves no doubt.
"""
