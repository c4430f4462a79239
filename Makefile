# `make demo` and `make test` set everything up by themselves; a second run re-uses what is there.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint test-js test-slow bench screenshots chromium clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it, or run 'make PYTHON=/path/to/python3'."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "Installing slens-widgets and JupyterLab into $(VENV) (PyTorch is large: a few minutes the first time) …"
	@$(BIN)/pip install --quiet --editable ".[demo]" && touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "Installing slens-widgets and its development tools into $(VENV) (PyTorch is large: a few minutes the first time) …"
	@$(BIN)/pip install --quiet --editable ".[dev]" && touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## audit the embedded lab, print the findings, open JupyterLab (HEADLESS=1: do not open it)
	@$(BIN)/slens lab demo
ifeq ($(HEADLESS),)
	@$(BIN)/jupyter lab notebooks/01_first_audit.ipynb
endif

test: $(VENV)/.dev chromium lint test-js  ## the whole test suite, browser tests included
	@$(BIN)/python -m pytest -n 2

lint: $(VENV)/.dev  ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

test-js:  ## types, style and unit tests of the front end (where node is)
	@if command -v npm >/dev/null && node -e "process.exit(process.versions.node.split(\".\")[0] < 20 ? 1 : 0)"; then \
		cd js && { test -d node_modules -a ! package-lock.json -nt node_modules || { npm install --no-save --no-audit --no-fund --loglevel=error && touch node_modules; }; } && npm run --silent check; \
	else echo "SKIPPED the front end's own tests: node 20 or newer was not found (the built front end is tested all the same)."; fi

$(VENV)/.slow: $(VENV)/.dev
	@echo "Installing Ray (130 MB) into $(VENV) …"
	@$(BIN)/pip install --quiet --editable ".[dev,ray]" && touch $@

test-slow: $(VENV)/.slow chromium  ## the tests that take long
	@$(BIN)/python -m pytest -m slow

bench: $(VENV)/.dev  ## side by side with the peers, into benchmarks/RESULTS.md (ONLY="search pruning": these)
	@$(BIN)/python benchmarks/all.py $(ONLY)

screenshots: $(VENV)/.dev chromium  ## the dashboard's pictures, into screenshots/
	@SLENS_SCREENSHOTS=screenshots $(BIN)/python -m pytest -m browser

chromium:
	@if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then \
		if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
			echo "Installing chromium for the browser tests …"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
		elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
			echo "Installing chromium for the browser tests …"; \
			sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
		else echo "No chromium and no way to install it here: the browser tests will be SKIPPED."; fi; fi

clean:  ## remove the virtual environment and caches
	@rm -rf $(VENV) js/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
