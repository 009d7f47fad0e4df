# Everything runs in .venv, which is made on first use. `make help` lists the targets.

PYTHON ?=
WORKERS ?= 2
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := bot storage orchestration tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help demo test check bench endurance clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.demo ## start the local workspace and the bot at http://127.0.0.1:8080 (ARGS="--port 9000")
	@$(BIN)/python -m bot demo $(ARGS)

# A test waits for real processes: one that fails while the machine stands still gets a second go. The run ends with
# a list of what needed it.
test: $(VENV)/.dev ## run all tests (ARGS="tests/bot -k spend" runs a part, WORKERS=4 uses more cores)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --reruns 1 $(ARGS)

check: $(VENV)/.dev ## check format, lint and types
	@$(BIN)/python -m ruff format --check $(wildcard $(SOURCES))
	@$(BIN)/python -m ruff check $(wildcard $(SOURCES))
	@$(BIN)/python -m mypy

bench: $(VENV)/.dev ## run every benchmark in benchmarks/ and print its table
	@for program in benchmarks/[a-z]*.py; do echo "== $$program"; $(BIN)/python "$$program" || exit 1; done

endurance: $(VENV)/.dev ## run the long versions of the crash, race and property tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --endurance --timeout 3600 $(ARGS)

clean: ## remove .venv and the caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# PYTHON, or else the first interpreter of 3.11 or newer.
$(VENV)/.made:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    $$python -m venv $(VENV) && touch $@; exit; \
	  fi; \
	done; \
	echo "Threadwork needs Python 3.11 or newer, and $(or $(PYTHON),python3) is $$($(or $(PYTHON),python3) --version 2>&1 | head -n 1)." >&2; \
	echo "Install one, or name it: make PYTHON=python3.12 $(or $(MAKECMDGOALS),demo)" >&2; \
	exit 1

# hatchling, which installs the project itself, is in the lock file too: nothing is fetched without a hash.
$(VENV)/.demo: requirements.txt pyproject.toml | $(VENV)/.made
	@echo "Installing requirements.txt (a minute or two the first time)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# After .demo, so that `make -j demo test` never runs two installers in one environment.
$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
	@echo "Installing requirements-dev.txt"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
