"""What runs inside the untrusted process: it executes a program and reports what that computed.

This package is copied into a world without the grader: it imports the standard library, torch and
numpy only, knows no rubric, no reference and no threshold, and holds nothing worth stealing.
Everything that it reports is a claim, which the parent checks against its own computation.

    job.py         the conversation with the parent: one program, several runs
    run.py         one run: a fresh ``__main__``, and how it ended
    instrument.py  compiles the program with its values noticed
    rewriter.py    rewrites its syntax tree for that
    syntax.py      small questions about its syntax
    sites.py       places in the source, as the rewriter and the recorder call them
    recorder.py    keeps those values as plain numbers, within limits
    engine.py      photographs every pass through autograd
    ways.py        which of its conditions held, for the run that repeats it
    seeds.py       the doors to randomness
    tests.py       calls the tests that a program only defines
    imports.py     sibling modules and stand-ins for notebook packages
"""
