# Everything a newcomer or a CI job needs; `make help` lists it.
# Nothing has to be prepared: the first target that needs Python makes .venv, and makes it anew only
# when setup.cfg or pyproject.toml has changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECKED := simulator clients benchmarks tools

# SDKs that the tests run, each in an environment of its own: their names collide. They are made once
# and anew when the file changes that says what is in them.
SDKS := $(basename $(notdir $(wildcard tests/sdks/*.txt)))
SDK_VENVS := .venv-sdks

# Commands that the tests start and that pip cannot install; on Debian each package has the name of
# its command.
TEST_COMMANDS := chromium
# How many processes the tests are spread over: one for each processor, and no more than this.
TEST_PROCESSES := auto --maxprocesses 4

MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

.PHONY: help demo serve test lint bench evaluate-imaging clean distclean test-commands

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runs ## walk through a whole balance query, failures included
	@$(BIN)/yibao-sim demo

serve: $(VENV)/.runs ## start the server on http://127.0.0.1:8080
	@$(BIN)/yibao-sim serve $(SERVE_OPTIONS)

test: $(VENV)/.tests $(SDKS:%=$(SDK_VENVS)/%/.made) test-commands lint ## lint, types, all tests, coverage gate
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -W error -n $(TEST_PROCESSES)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=95

lint: $(VENV)/.tests ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard $(addsuffix /,$(CHECKED)))

bench: $(VENV)/.tests ## measure throughput, start-up, memory and delays
	$(BIN)/python -m benchmarks

evaluate-imaging: $(VENV)/.tests ## measure how uploads are judged, over 500 people
	$(BIN)/python -m tools.evaluate_imaging

clean: ## remove what building and testing left behind
	rm -rf build dist *.egg-info .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './$(VENV)*' -prune -exec rm -rf {} +

distclean: clean ## and the virtual environments
	rm -rf $(VENV) $(SDK_VENVS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "yibao-simulator needs Python 3.11 or newer, and $(PYTHON) is" \
			"$$($(PYTHON) --version 2>&1); name another with make PYTHON=python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: setup.cfg pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tests: setup.cfg pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.runs

$(SDK_VENVS)/%/.made: tests/sdks/%.txt | $(BIN)/python
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

test-commands:
	@missing=; \
	for name in $(TEST_COMMANDS); do \
		command -v $$name > /dev/null || missing="$$missing $$name"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing; \
	else \
		echo "the tests need these commands:$$missing (Debian: sudo apt-get install$$missing)" >&2; \
		exit 1; \
	fi
