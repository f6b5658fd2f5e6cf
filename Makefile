# Attune. `make demo` and `make test` do all set-up by themselves; every target can be repeated.
# Options: make demo ARGS="--port 8001", make test PYTEST_ARGS="-k queue", make PYTHON=python3.12 …
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .uv
UV = VIRTUAL_ENV=$(VENV) $(TOOLS)/bin/uv
# Compiled code of everything goes into the environment: half of the time of a short command is compiling,
# and the tree stays clean.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX = $(CURDIR)/$(VENV)/compiled

.PHONY: help demo run test test-slow check format screenshots messages bench bench-load bench-start bench-agreement lock clean browser

help: ## show this help
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# What installs the rest stands apart: the program does not run on it.
$(TOOLS)/.ready: requirements/uv.txt
	@bash requirements/make_venv.sh $(PYTHON) $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.base: requirements/base.txt $(TOOLS)/.ready
	@echo "==> Installing what the program needs"
	@$(PYTHON) -m venv --without-pip $(VENV)
	@$(UV) pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/base.txt requirements/dev.txt $(VENV)/.base
	@echo "==> Installing what checks and tests need"
	@$(UV) pip install --quiet --require-hashes -r requirements/base.txt -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.base ## load the demo study, start web and worker, print the address and the logins
	@exec $(BIN)/python manage.py run_attune --demo $(ARGS)

run: $(VENV)/.base ## the same on an empty database; offers to create the first owner
	@exec $(BIN)/python manage.py run_attune $(ARGS)

bench: $(VENV)/.dev ## time the main path: rate, analyse
	@$(BIN)/python -m benchmarks.bench_main_path

bench-load: $(VENV)/.dev ## sixteen raters at once against a real server, beside a bare Django page
	@$(BIN)/python -m benchmarks.bench_load $(ARGS)

bench-start: $(VENV)/.dev ## install, start, memory at rest, stop: of a copy of what is committed
	@$(BIN)/python -m benchmarks.bench_start

bench-agreement: $(VENV)/.dev ## time and memory of the agreement engine at 10^4, 10^5 and 10^6 ratings
	@$(BIN)/python -m benchmarks.bench_agreement $(ARGS)

browser: ## install Chromium for the browser tests where it is missing
	@bash tests/install_chromium.sh

test: $(VENV)/.dev browser ## all tests but the slow ones, browser tests included
	@echo "==> Running the tests"
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

test-slow: $(VENV)/.dev ## simulations: coverage of intervals, size of tests (minutes)
	@$(BIN)/python -m pytest -m slow -n auto

check: $(VENV)/.dev ## ruff with bandit's rules, import contracts, mypy, templates, migrations, advisories
	@echo "==> ruff";              $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> import contracts";  $(BIN)/lint-imports --no-cache
	@echo "==> mypy";              $(BIN)/mypy annotation rating api config tests benchmarks
	@echo "==> templates";         $(BIN)/djlint --lint --quiet templates
	@echo "==> migrations";        $(BIN)/python manage.py makemigrations --check --dry-run
	@echo "==> Django checks";     $(BIN)/python manage.py check
	@echo "==> advisories";        $(BIN)/python -m tests.advisories

format: $(VENV)/.dev ## write the code in the house format
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

screenshots: $(VENV)/.dev browser ## every page, light and dark, 1280 and 390 px wide, into screenshots/
	@$(BIN)/python -m tests.screenshots

messages: $(VENV)/.dev ## bring the catalogs in locale/ up to date with code and templates, and compile them
	@$(BIN)/python -m tests.messages

lock: $(TOOLS)/.ready ## compile requirements/*.txt anew
	@for name in uv base dev; do $(TOOLS)/bin/uv pip compile --quiet --universal --no-emit-index-url --generate-hashes --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove the virtual environment and the embedded data
	rm -rf $(VENV) $(TOOLS) var screenshots staticfiles
