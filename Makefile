# The commands of this project. `make` alone lists them; set-up is part of each, and free when nothing changed.

EDITION ?=
RAW ?= $(SESEC_RAW)
BIN := .venv/bin
SETUP := sh tools/setup.sh

MAKEFLAGS += --no-print-directory
# The project's environment is .venv and nothing else. Compiled bytecode is worth seconds at every start.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report test check prove coverage lint style lab docs data clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

report: ## build the latest annual report and print where it is (EDITION=2021-22 for another)
	@$(SETUP) report
	@$(BIN)/sesec report $(EDITION)

test: style ## check style and types, and run every test
	@$(BIN)/python tests/samples/browser.py
	@echo 'Running the tests ...'
	@$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder

check: style ## the quick part of `make test`, types among it: no browser, nothing slow
	@$(BIN)/pytest -m 'not browser and not slow' -n auto --dist worksteal

prove: lint ## run proofs and slow tests in full (an hour or more) and write docs/PROOFS.md
	@$(BIN)/pytest --prove -m 'proof or slow or hypothesis' -n 2

coverage: style ## run every test and report which lines none of them reaches
	@$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

lint: style ## check style and types only
	@echo 'Checking types ...'
	@$(BIN)/mypy --no-error-summary

# Types take longest: where all tests run, a test has them checked beside the others.
style: ## check style only
	@$(SETUP) test
	@echo 'Checking style ...'
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@walls=$$($(BIN)/lint-imports --no-cache) || { echo "$$walls"; exit 1; }
	@$(BIN)/shellcheck tools/setup.sh .ci/run

lab: ## open the notebooks in JupyterLab
	@$(SETUP) lab
	@JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_ARGS) notebooks

docs: ## build the documentation site with its tutorials run; prints where it is
	@$(SETUP) test
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo dist/docs/index.html

data: ## rebuild data/observations from the publishers' files (RAW=folder of raw files)
	@test -n "$(RAW)" || { echo 'Say where the raw files are: make data RAW=folder' >&2; exit 2; }
	@$(SETUP) report
	@$(BIN)/sesec data build --raw "$(RAW)"

clean: ## delete built reports and caches; the set-up (.venv, .uv) stays
	@rm -rf reports/build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -path ./.uv -prune -o -type d \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
