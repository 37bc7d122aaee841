# The single entry to the project: plain `make` prints what there is. Needs Python >= 3.11 and make; uv is used where present.
# Settings pass through the environment or as `make run PORT=9000`: PORT, LINLI_HOME, LINLI_DATABASE_URL, LINLI_PUBLIC_URL.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.NOTPARALLEL:

export LINLI_HOME ?= $(CURDIR)/var
TEST_WORKERS ?= 2
PYTEST_ARGS ?=

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
INPUTS := pyproject.toml requirements/install

.PHONY: help setup run test test-deep cover check fmt lint types events docs bench lock clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The stamps say which lock was installed last; bench contains dev contains run, so a larger one freshens the smaller ones too.
.venv/.run-stamp: requirements/run.lock $(INPUTS)
	@requirements/install run
	@touch $@

.venv/.dev-stamp: requirements/dev.lock $(INPUTS)
	@requirements/install dev
	@touch .venv/.run-stamp $@

.venv/.bench-stamp: requirements/bench.lock $(INPUTS)
	@requirements/install bench
	@touch .venv/.run-stamp .venv/.dev-stamp $@

setup: .venv/.run-stamp ## make .venv with what running needs

run: .venv/.run-stamp ## set up, load the demonstration community once, serve, print links
	@exec $(BIN)/linli demo

test: .venv/.dev-stamp ## set up and run the whole suite (PYTEST_ARGS, TEST_WORKERS)
	@requirements/browser
	@requirements/tracer
	$(PYTEST) -n $(TEST_WORKERS) --dist worksteal -m "not deep" $(PYTEST_ARGS)

test-deep: .venv/.dev-stamp ## the long proofs
	@requirements/browser
	@requirements/tracer
	$(PYTEST) -n $(TEST_WORKERS) --dist worksteal -m deep $(PYTEST_ARGS)

cover: .venv/.dev-stamp ## the suite again, with the lines it never reached
	@requirements/browser
	@requirements/tracer
	$(PYTEST) -n $(TEST_WORKERS) --dist worksteal -m "not deep" \
	    --cov=ledger --cov=projections --cov=qr --cov=demonstration --cov=api --cov-report=term-missing:skip-covered $(PYTEST_ARGS)

check: .venv/.dev-stamp lint types ## everything a machine can judge without running the suite
	$(BIN)/ruff format --check .
	$(BIN)/linli docs --check
	$(PYTEST) -q tests/tidy

fmt: .venv/.dev-stamp ## format the code and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/.dev-stamp ## ruff's rules and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo

types: .venv/.dev-stamp ## basedpyright, strict
	$(BIN)/basedpyright

events: docs ## write docs/events (the same as `make docs`)

docs: .venv/.run-stamp ## write docs/events and docs/refusals.md from the code
	$(BIN)/linli docs

bench: .venv/.bench-stamp ## measure, print a table, write bench/results.json
	$(BIN)/python -m bench

lock: ## resolve pyproject.toml into requirements/*.lock (UPGRADE=--upgrade)
	@requirements/lock $(UPGRADE)

clean: ## remove .venv and caches; the data folder stays
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist
