# Two commands: `make run` serves a demonstration bureau, `make test` runs the tests.
# Both need nothing but Python 3.11 and make. PORT=8001 make run takes another port.

PYTHON ?= $(shell command -v python3.11 || command -v python3)

# make fresh sets the data folder aside (nothing is deleted) and starts anew.

.PHONY: setup run fresh test test-all check clean

setup:
	@$(PYTHON) scripts/setup.py

run:
	@$(PYTHON) scripts/run.py

fresh:
	@$(PYTHON) scripts/fresh.py

test:
	@$(PYTHON) scripts/test.py

# With real browsers and processes that are killed.
test-all:
	@$(PYTHON) scripts/test.py --all

check:
	@$(PYTHON) scripts/check.py

# The data in var/ (database, evidence, secrets) stays: only people delete that.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results .databases
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
