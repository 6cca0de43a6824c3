# Every target sets up what it needs: no step has to come before another.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Tests that start a cluster run alone: they are about one machine's whole capacity.
TOGETHER := not deployment and not browser
BENCHES := $(sort $(wildcard bench/*.py))

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) $(if $(BENCHES),,| grep -v 'make bench')

.PHONY: bootstrap
bootstrap: ## find Python 3.12, make .venv, install the pinned dependencies
	@scripts/bootstrap

.PHONY: demo
demo: bootstrap ## from nothing to cited answers: start everything, ingest the samples, ask
	@$(BIN)/polmon demo

.PHONY: test
test: bootstrap ## every test: the quick ones in parallel, then those that start a cluster
	$(PYTEST) -n 2 -m "$(TOGETHER)" tests
	@$(MAKE) --no-print-directory deployment-tests

# pytest ends with 5 when it finds no test; that is right only while there is none.
.PHONY: deployment-tests
deployment-tests: bootstrap ## only the tests that start a cluster
	@if ls tests/end_to_end/test_*.py >/dev/null 2>&1; then \
		echo '$(PYTEST) -m deployment tests/end_to_end'; $(PYTEST) -m deployment tests/end_to_end; \
	fi

.PHONY: unit
unit: bootstrap ## the tests that take seconds
	@$(PYTEST) -q

.PHONY: lint
lint: bootstrap ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-logo

.PHONY: fmt
fmt: bootstrap ## format, and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

ifneq ($(BENCHES),)
.PHONY: bench
bench: bootstrap ## run the measurements in bench/
	@set -e; for bench in $(BENCHES); do echo "== $$bench"; $(BIN)/python "$$bench"; done
endif

.PHONY: chaos
chaos: bootstrap ## kill processes of a running system at random, and see that nothing is lost
	@set -e; for chaos in $(sort $(wildcard chaos/*.py)); do echo "== $$chaos"; $(BIN)/python "$$chaos"; done

.PHONY: lock
lock: bootstrap ## pin again what pyproject.toml asks for (UPGRADE=1: newest versions)
	scripts/lock $(if $(UPGRADE),--upgrade)
	@scripts/bootstrap

.PHONY: clean
clean: ## remove everything that was generated, .venv included
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
