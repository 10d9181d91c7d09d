#!/usr/bin/env bash
# Writes requirements.txt and requirements-dev.txt from pyproject.toml: `make lock`, with network.
#
# One lock serves every Python from 3.10 to 3.13 and every system. Torch itself is left out, and so
# are the CUDA packages that its PyPI build would pull in: make_venv.sh installs the CPU build.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${1:?usage: scripts/lock.sh PATH_TO_UV}"

locked() {  # locked NAME OPTION...: the pins for pyproject's dependencies with these options
    local name="$1"
    shift
    echo "# $name: written by scripts/lock.sh from pyproject.toml; do not edit."
    "$uv" pip compile --quiet --universal --python-version 3.10 --no-python-downloads \
        --fork-strategy fewest `# the same versions on every Python, so the same grades` \
        --no-header --no-annotate --no-emit-package torch "$@" pyproject.toml |
        grep --invert-match --extended-regexp '^(cuda|nvidia|triton)[-=]'
}

locked "What grading needs, torch aside" --extra students > requirements.txt
locked "What developing needs beside requirements.txt" --extra students --extra dev \
    --constraint requirements.txt |
    grep --invert-match --line-regexp --fixed-strings --file requirements.txt > requirements-dev.txt
