# The house's verbs. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first interpreter that answers, is new enough and can make environments. A shim that only
# names other versions does not answer.
WORKS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c '$(WORKS)' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Ten times quicker; pip takes over where uv does not know the index that pip was configured for.
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
N ?= 2
SEEDS ?= 1000
KILLS ?= 50
SEED ?= 0
FIRST ?= 0

FAST := unit properties ports replay simulation meta
here = $(wildcard $(addprefix tests/,$(1)))
pytest = $(BIN)/python -m pytest -n $(N) $(call here,$(1))

NPM := $(BIN)/python tools/npm.py
UI := server/src/atoll_server/api/static/index.html
UI_SOURCES = $(shell find ui/src ui/public -type f) \
	ui/index.html ui/package.json ui/tsconfig.json ui/vite.config.ts
# What is done for the UI where it was set up, and left out where it was not.
if_ui = @if [ -d ui/node_modules ]; then $(1); fi

.PHONY: help setup ui chromium demo islands dev test check lint fix docs gen build bench compat simulate chaos plants pins clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed ## a virtual environment with everything, in .venv; quick the second time

.venv/.installed: requirements/dev.txt sdk/pyproject.toml server/pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
		echo "Atoll's host needs Python 3.11 or newer with venv, and none answers here." >&2; \
		echo "Install one, or name it: make setup PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@[ -x $(BIN)/python ] && $(BIN)/python -c '$(WORKS)' || $(PYTHON) -m venv --clear .venv
	@echo "  installing requirements/dev.txt"
	@$(PIP) $$(grep '^uv==' requirements/dev.txt)
	@$(UV) -r requirements/dev.txt || $(PIP) -r requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation -e sdk -e server
	@touch $@

ui: $(UI) ## the pages, built into the server; quick where nothing has changed

$(UI): ui/node_modules/.installed $(UI_SOURCES)
	@echo "  building ui/"
	@$(NPM) run --silent build -- --logLevel warn

ui/node_modules/.installed: ui/package-lock.json | setup
	@echo "  installing ui/package-lock.json"
	@$(NPM) ci --loglevel=error --no-progress
	@touch $@

ui/node_modules/.checked: ui/node_modules/.installed $(UI_SOURCES) ui/biome.json
	@$(NPM) run --silent check
	@touch $@

chromium: ## the browser for tests/browser: the machine's, else Debian's by apt-get
	@sh tools/chromium.sh

islands: setup ## the three environments of examples/flights
	@$(BIN)/python examples/flights/islands.py

demo: islands ui ## run examples/flights on screen, then serve it; ONCE=1 ends after the run
	@$(BIN)/python tools/demo.py $(if $(ONCE),--once)

dev: islands ui ## serve examples/flights without running it, or W=path/to/workspace.yaml
	@$(BIN)/atoll dev -w $(or $(W),examples/flights/workspace.yaml)

test: ui chromium lint ## everything that must hold: all tests, with pytest's summary
	@$(NPM) test --silent
	$(BIN)/python -m pytest -n $(N) --durations=5

check: lint ## what to run before every commit: static checks and the fast tests
	$(call pytest,$(FAST)) -m "not slow"

lint: setup
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }
	@$(BIN)/python tools/check_sizes.py
	$(call if_ui,$(MAKE) ui/node_modules/.checked)

fix: setup ## format, and mend what the linter can mend
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .
	$(call if_ui,$(NPM) run --silent fix)

docs: setup ## run the code blocks of README and docs, check links, commands and error codes
	$(call pytest,docs meta)

gen: setup ## write what is generated: schema/, docs/reference/, diagrams
	@for tool in $(wildcard tools/generate.py tools/diagrams.py); do $(BIN)/python $$tool; done
	$(call if_ui,$(NPM) run --silent gen)

build: setup ui ## both wheels, in dist/
	@$(BIN)/uv build --quiet --no-build-isolation --wheel --python $(BIN)/python -o dist sdk
	@$(BIN)/uv build --quiet --no-build-isolation --wheel --python $(BIN)/python -o dist server
	@ls dist/*.whl

compat: setup ## Dagster's own tests of its public API, run by Atoll; T=path/or/name for a part
	@$(BIN)/python -m tools.compat $(if $(T),'$(T)') $(ARGS)

bench: setup ## measure beside the peer; ARGS="--rows start" and the like
	@$(BIN)/python -m benchmarks $(ARGS)

simulate: setup ## the whole engine on virtual time, SEEDS=1000 of them; FIRST=0
	@$(BIN)/python -m tests.simulation --seeds $(SEEDS) --first $(FIRST) --jobs $(N)

chaos: islands ## 50 accidents (KILLS) to runs of 200 steps, 20 to the flights, a minute's sleep; SEED=0
	ATOLL_CHAOS_FIRST=$(SEED) ATOLL_CHAOS_SEEDS=1 ATOLL_CHAOS_KILLS=$(KILLS) ATOLL_CHAOS_STEPS=200 \
		ATOLL_CHAOS_FLIGHTS=20 ATOLL_CHAOS_SLEEP_S=60 $(BIN)/python -m pytest -s $(call here,chaos)

plants: setup ## all planted bugs, one by one; `make test` tries a third of them
	ATOLL_PLANTS=all $(BIN)/python -m pytest -n $(N) tests/meta/test_planted_bugs.py

pins: setup ## resolve requirements/dev.in and the islands' requirements anew
	$(BIN)/uv pip compile --quiet --upgrade --universal --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 requirements/dev.in -o requirements/dev.txt
	@for island in ingest:3.9 delays:3.11 forecast:3.11; do \
		folder=examples/flights/$${island%%:*}; \
		$(BIN)/uv pip compile --quiet --upgrade --universal --no-emit-index-url --no-annotate \
			--no-header --python-version $${island##*:} $$folder/requirements.in \
			-o $$folder/requirements.txt; done

clean: ## forget environments, builds and caches
	rm -rf .venv dist ui/node_modules $(dir $(UI)) examples/*/.islands .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
