# `make grade` and `make test` work on a fresh machine: both prepare .venv first. Once the packages
# are there, no network is needed.

VENV := .venv
PYTEST := $(VENV)/bin/python -m pytest -m "not platform" -n auto --dist loadfile $(PYTEST_OPTIONS)

.DEFAULT_GOAL := help
.PHONY: help setup grade test check lint platform bench package lock clean

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## prepare .venv with the locked packages (at once if nothing has changed)
	@scripts/make_venv.sh $(VENV) dev

grade: setup  ## grade the sample submissions
	$(VENV)/bin/grader grade --seconds 10 sample_submissions/*/

test: setup  ## run the tests
	$(PYTEST)

check: lint test  ## what must hold before each commit: format, lint, types, tests

lint: setup
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

platform: setup  ## build the Gradescope image here and grade the samples in it (minutes)
	$(VENV)/bin/python -m pytest -m platform tests/gradescope

bench: setup  ## measure speed and memory, as ratios (about ten minutes)
	$(VENV)/bin/python benchmarks/bench.py $(BENCH)

package: setup  ## build autograder.zip for Gradescope
	$(VENV)/bin/grader package -o autograder.zip

lock: setup  ## resolve the dependencies of pyproject.toml anew (needs network)
	$(VENV)/bin/python -m pip install --quiet uv
	scripts/lock.sh $(VENV)/bin/uv

clean:  ## remove what can be made again, except .venv
	rm -rf build out autograder.zip .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find grader reference tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
