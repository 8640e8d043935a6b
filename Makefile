# Everything the project can do, one target each. `make run` and `make test` set themselves up.

PYTHON ?= python3
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock
DATA   ?= ../shared/eval

.PHONY: run test check fix install clean lock eval bench-retrieval bench-parsing bench-bot fit-evidence

run: .venv/.run          ## Index knowledge/, then serve Telegram (token set) or chat here
	@$(BIN)/xinzhou run

test: .venv/.test        ## Run all tests
	$(BIN)/python -m pytest

eval: .venv/.run         ## Ask the gold questions, say how good the answers are
	@$(BIN)/xinzhou index
	@$(BIN)/xinzhou eval

bench-retrieval: .venv/.run  ## Measure retrieval, evidence and refusal on the sets under DATA
	@$(BIN)/python -m benchmarks.retrieval $(DATA)

bench-parsing: .venv/.run ## Measure how the files under DATA are read
	@$(BIN)/python -m benchmarks.parsing $(DATA)

bench-bot: .venv/.test   ## Measure the Telegram service: kills, faults, load, texts, soak (an hour)
	@for name in kill faults hostile_texts load soak; do \
	  $(BIN)/python -m benchmarks.bot_$$name || exit 1; \
	done

fit-evidence: .venv/.run ## Fit the models of evidence anew on the sets under DATA
	@$(BIN)/python -m benchmarks.fit_evidence $(DATA)

check: .venv/.dev        ## What CI checks beside the tests: style, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fix: .venv/.dev          ## Mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: .venv/.run      ## Only set up

clean:                   ## Remove everything that can be made again (not the snapshots)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache

lock: .venv/.dev         ## Write the versions that are installed into requirements.lock
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: set PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo 'no virtual environment: install python3-venv' >&2; exit 1; }

# A stamp for each set of packages: a second run installs nothing.
.venv/.run: pyproject.toml requirements.lock | .venv/bin/python
	@echo 'Setting up .venv (about a minute, once) …' >&2
	@$(PIP) -e . >&2
	@touch $@

.venv/.test: .venv/.run
	@$(PIP) -e '.[test]' >&2
	@touch $@

.venv/.dev: .venv/.test
	@$(PIP) -e '.[test,dev]' >&2
	@touch $@
