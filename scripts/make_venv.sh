#!/usr/bin/env bash
# Makes a virtual environment with the grader, its locked packages and a CPU build of PyTorch.
#
#     scripts/make_venv.sh VENV_DIR [dev] [no-torch]
#
# `make setup` and Gradescope's setup.sh both come here. When nothing has changed since the last
# time, it ends at once and needs no network. PYTHON=... says which interpreter to build on.
set -euo pipefail

readonly UV_VERSION=0.13.9

usage="usage: scripts/make_venv.sh VENV_DIR [dev] [no-torch]"
venv="${1:?$usage}"
shift
options=" $* "
project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

fail() {
    echo "make_venv.sh: $*" >&2
    exit 1
}

asked_for() { [[ "$options" == *" $1 "* ]]; }

# ---------------------------------------------------------------- has anything changed?

inputs() {
    echo "$project$options"
    cat "$project"/{requirements.txt,requirements-dev.txt,pyproject.toml,scripts/make_venv.sh}
}

up_to_date() { "$venv/bin/python" -c "" 2>/dev/null && inputs | cmp -s - "$venv/made-from"; }

# ---------------------------------------------------------------- Python

suitable() {
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if suitable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "needs Python 3.10, 3.11, 3.12 or 3.13; none of ${PYTHON:-python3, python3.10 … 3.13} is." \
        "Install one, or name it: PYTHON=/path/to/python3 make setup"
}

create_venv() {
    local python
    python="$(find_python)"
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" ||
        fail "'$python -m venv' does not work here; on Debian and Ubuntu: apt-get install python3-venv"
}

# ---------------------------------------------------------------- packages

pip_install() {
    "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input "$@"
}

installed_version() {
    "$venv/bin/python" -c \
        "import importlib.metadata as packages, sys; print(packages.version(sys.argv[1]))" "$1" \
        2>/dev/null
}

# PyPI's torch for Linux brings gigabytes of CUDA and has no +cpu builds. Where pip is configured
# with a source of those, it finds one; elsewhere uv knows where they are. No host is named here.
install_torch() {
    local version
    version="$(sed -n 's/.*"torch==\([0-9.]*\)".*/\1/p' "$project/pyproject.toml")"
    [[ "$(uname -s)" == Darwin ]] || version="$version+cpu"
    [[ "$(installed_version torch)" != "$version" ]] || return 0
    echo "Installing torch $version (about 200 MB)"
    pip_install --no-deps "torch==$version" 2>/dev/null || install_torch_with_uv "${version%+cpu}" ||
        fail "could not install torch $version. Is there a network connection? See the lines above."
}

install_torch_with_uv() {
    pip_install "uv==$UV_VERSION" &&
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" \
            --no-deps --torch-backend=cpu "torch==$1"
}

install_locked() {
    local locks=(-r "$project/requirements.txt")
    if asked_for dev; then
        locks+=(-r "$project/requirements-dev.txt")
    fi
    echo "Installing the locked packages"
    pip_install --no-deps --only-binary :all: "${locks[@]}" ||
        fail "could not install the packages. Is there a network connection? See the lines above."
}

# ---------------------------------------------------------------- all together

if up_to_date; then
    exit 0
fi
if ! suitable "$venv/bin/python"; then
    create_venv
fi
rm -f "$venv/made-from"
if ! asked_for no-torch; then
    install_torch
fi
install_locked
# Editable, and built with the locked setuptools: this step needs no network.
pip_install --no-deps --no-build-isolation --editable "$project" ||
    fail "could not install the grader itself. See the lines above."
inputs > "$venv/made-from"
echo "$venv is ready"
