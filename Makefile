# Two commands matter: `make demo` and `make test`. Both work on a fresh clone; `make help` lists
# the rest. Everything runs in .venv, which scripts/setup.sh makes from requirements.lock.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test lint format types imports docs bench lock clean

PYTHON_FILES := src tests $(wildcard benchmarks) $(wildcard tools)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make or update .venv
	@scripts/setup.sh

demo: setup ## verify a simulated record, attack it, and check claims about a real election
	@scripts/demo.sh

test: lint types imports ## everything that must pass: format, lint, types, imports, tests
	@scripts/browser.sh
	.venv/bin/pytest

lint: setup ## check the format and the lint rules
	.venv/bin/ruff format --check
	.venv/bin/ruff check

format: setup ## rewrite the code in the house format, with the safe fixes of the linter
	.venv/bin/ruff format
	.venv/bin/ruff check --fix

types: setup ## check the types
	.venv/bin/mypy $(PYTHON_FILES)

imports: setup ## check the import contracts of pyproject.toml
	.venv/bin/lint-imports --no-logo

docs: setup ## check documents and tree against the house rules
	.venv/bin/pytest tests/architecture

bench: setup ## run the benchmarks
	@set -e; for file in $(sort $(wildcard benchmarks/bench_*.py)); do \
		echo "$$file"; PYTHONPATH=. .venv/bin/python $$file; done
	@test -n "$(wildcard benchmarks/bench_*.py)" || echo "there are no benchmarks yet"

lock: setup ## choose versions anew and write requirements.lock
	.venv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --upgrade --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock

clean: ## remove what was built and cached; .venv stays
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find src tests benchmarks tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
