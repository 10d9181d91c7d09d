"""`read`: the arrow from `Submission` to `Answers`."""

from __future__ import annotations

from grader.model import Answers, Submission


def read(submission: Submission) -> Answers:
    """Read everything that a submission holds; nothing in it is run.

    The notices begin with those of the submission itself.
    """
    # The patterns of this room take 50 ms to compile, which a mere `grader --help` should not wait.
    from grader.reading.code import read_programs  # noqa: PLC0415
    from grader.reading.papers import read_papers  # noqa: PLC0415
    from grader.reading.typewritten import typewritten  # noqa: PLC0415
    from grader.reading.writeup import read_writeup  # noqa: PLC0415

    writeup = read_writeup(submission)
    programs = read_programs(submission, writeup.blocks)
    papers = read_papers(submission, writeup)
    return Answers(
        written=writeup.written,
        programs=programs.ranked,
        typewritten=typewritten(writeup, papers),
        unplaced=(*writeup.preamble, *writeup.loose),
        notices=(*submission.notices, *writeup.notices, *papers.notices, *programs.notices),
    )
