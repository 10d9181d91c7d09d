#!/usr/bin/env bash
# Gradescope runs this once, as root and with network, when it builds the autograder's image.
#
# Everything goes into a virtual environment of its own: the platform's harness needs the system's
# python3 as it is. AUTOGRADER_ROOT is for trying this out elsewhere.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
source_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

if ! python3 -c 'import ensurepip, venv' 2>/dev/null && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends python3-venv
fi

bash "$source_dir/scripts/make_venv.sh" "$root/venv"

# Each submission starts in a fresh container: what is compiled now need not be compiled then. And
# a broken image should be noticed by the TA who builds it, not by the first student.
"$root/venv/bin/python" -m compileall -q "$source_dir/grader" "$source_dir/reference"
"$root/venv/bin/python" -c 'import torch, grader.reports.gradescope'
# Reference and rubrics are in there; student code runs as another user.
chmod 700 "$source_dir"

echo "The autograder is set up in $root/venv"
