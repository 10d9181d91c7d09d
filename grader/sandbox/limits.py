"""What student code may use, and why each limit is what it is."""

from __future__ import annotations

RUN_SECONDS = 60.0
"""Wall time of the run as submitted. Scripts of this homework take milliseconds; a training loop
around the check takes seconds. The platform allows ten minutes for everything."""

PROGRAM_SECONDS = 150.0
"""After this, no further run of one program begins; with the last run it ends well before the
platform's ten minutes, and even with two programs."""

GRACE_SECONDS = 5.0
"""After its time a run is interrupted from within, which saves what it has computed so far; when
it has not reported after this much longer, its process is killed."""

RERUN_FACTOR = 5.0
RERUN_EXTRA_SECONDS = 6.0
"""A varied run may take this many times as long as the first run took to compute its values."""

MEMORY_BYTES = 3 * 2**30
"""Address space beyond what torch maps at import. Far above what this homework needs; below it
OpenBLAS and matplotlib fail in ways that look like a student's mistake."""

FILE_BYTES = 64 * 2**20
"""Largest file that a program may write: plots and logs are smaller."""

OPEN_FILES = 256
"""Descriptors; a notebook with plots stays below 50."""

REPORT_BYTES = 32 * 2**20
"""Largest report taken from the untrusted process; its own caps keep honest ones below 12 MB."""

CPU_SECONDS = 240
"""Processor time of one process in all runs of a program: what `PROGRAM_SECONDS` allows on one core
and half as much again. Ends what a busy thread would otherwise go on with."""

PROCESSES = 256
"""Processes and threads of one program: a pool of workers on a large machine fits in."""

TOTAL_MEMORY_BYTES = 4 * 2**30
"""All processes of a program together, each counted without what it shares with others."""

SCRATCH_BYTES = 256 * 2**20
"""All files of a program together: what it handed in (100 MB at most) and what it writes."""

SCRATCH_ENTRIES = 5_000
"""Files and folders of a program; a submission has 500 at most, and plots are a handful."""

WATCH_SECONDS = 0.25
"""How often a program that runs is looked at: it cannot write more than some hundred megabytes in
between, and most programs are done before."""

START_SECONDS = 120.0
"""Importing torch takes 2 s here, a minute on a busy half-core container."""

END_SECONDS = 20.0
"""Until the server has ended a program; it gives up after five seconds itself."""
