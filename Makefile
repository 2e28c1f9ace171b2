# One command for each thing a developer does here. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
# A recipe of several lines is one script.
.ONESHELL:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME := build/demo-home
DEMO_DAY := build/day

# Tests and checks never need a screen.
test check bench soak day mutants: export QT_QPA_PLATFORM := offscreen
# They start the program some hundred times: compiled once, not each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/griddesk.ok resources/i18n/en.qm ## install what is needed: system libraries, .venv, the program

.PHONY: run
run: setup ## make demo data once, then open the program; without a screen, play one order and print where the files lie
	@GRIDDESK_HOME=$(DEMO_HOME) $(BIN)/griddesk demo --if-missing
	if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then
		GRIDDESK_HOME=$(DEMO_HOME) $(BIN)/griddesk
	else
		QT_QPA_PLATFORM=offscreen GRIDDESK_HOME=$(DEMO_HOME) $(BIN)/griddesk demo --play $(DEMO_DAY)
	fi

# Four beside each other, for many wait for another program; what a module shares stays together.
.PHONY: test
test: setup $(VENV)/test-packages.ok ## run the tests but the long ones
	$(BIN)/pytest -n 4 --dist worksteal -q --durations=25

.PHONY: check
check: setup ## style, types, layers, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

.PHONY: bench
bench: setup $(VENV)/test-packages.ok ## measure speed; results in build/bench.json
	mkdir -p build
	$(BIN)/griddesk bench --out build/bench.json

.PHONY: soak
soak: setup $(VENV)/test-packages.ok ## run the long tests: an hour at most; SOAK_SEED and SOAK_SCALE choose dice and size
	timeout --foreground 1h $(BIN)/pytest -n 2 -q -m soak -rP

.PHONY: day
day: setup $(VENV)/test-packages.ok ## a district's day played with lines cut and programs killed: one line of figures; SEED, ACTS, SECONDS
	$(BIN)/python -m tests.faults.day --seed $${SEED:-1} --acts $${ACTS:-120} --seconds $${SECONDS:-20}

.PHONY: growing
growing: setup $(VENV)/test-packages.ok ## the exchange beyond one machine: ops a second at each step
	$(BIN)/python -m tests.flows.growing

.PHONY: shift
shift: setup ## triage COUNT incidents (50) by real keys in a real window; prints keys and seconds
	$(BIN)/python -m tests.flows.shift $${COUNT:-50}

.PHONY: screenshots
screenshots: setup ## take pictures of every screen in build/screenshots: three sizes, three themes
	$(BIN)/python -m tests.flows.screenshots build/screenshots

.PHONY: mutants
mutants: setup $(VENV)/test-packages.ok ## plant known faults one by one; the tests must notice each
	$(BIN)/python -m tests.faults.mutants

.PHONY: package
package: $(VENV)/package.ok resources/i18n/en.qm ## build the frozen program and the Debian package in dist/
	packaging/build.sh

.PHONY: audit
audit: $(VENV)/system.ok ## ask the lists of known flaws about the locked dependencies; says so where it cannot
	PYTHON=$(PYTHON) packaging/audit.sh

.PHONY: lock
lock: $(VENV)/system.ok ## choose dependency versions anew: packaging/constraints.txt
	$(PYTHON) -m venv --clear build/lock-venv
	build/lock-venv/bin/pip install -q pip-tools
	build/lock-venv/bin/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras \
		--all-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--no-header --no-annotate -o packaging/constraints.txt pyproject.toml

.PHONY: clean
clean: ## remove everything made here, .venv too
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	find desktop db resources tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp stands for one finished step and is made again when its source changes.

$(VENV)/system.ok: packaging/debian/run-packages.txt packaging/debian/install.sh
	PYTHON=$(PYTHON) packaging/debian/install.sh packaging/debian/run-packages.txt
	mkdir -p $(VENV)
	touch $@

$(VENV)/wheels.ok: packaging/constraints.txt $(VENV)/system.ok
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<
	touch $@

$(VENV)/griddesk.ok: pyproject.toml $(VENV)/wheels.ok
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

resources/i18n/en.qm: resources/i18n/en.ts $(VENV)/griddesk.ok packaging/translations.py
	$(BIN)/python packaging/translations.py release

$(VENV)/test-packages.ok: packaging/debian/test-packages.txt $(VENV)/griddesk.ok
	PYTHON=$(PYTHON) packaging/debian/install.sh $<
	touch $@

$(VENV)/package.ok: packaging/debian/build-packages.txt $(VENV)/griddesk.ok
	PYTHON=$(PYTHON) packaging/debian/install.sh $<
	touch $@
