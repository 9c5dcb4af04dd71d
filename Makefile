# Needs make and Python 3.11 to 3.13; everything else is installed into .venv from constraints.txt.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
PYTEST := $(BIN)/python -m pytest

.PHONY: audit env test test-full lint docs sample lock lab bench bench-quick fuzz oracle mutants

audit: $(INSTALLED)
	@ls data/*/* >/dev/null 2>&1 || $(BIN)/fundaudit sample
	@$(BIN)/fundaudit run

env: $(INSTALLED)

$(INSTALLED): constraints.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 至 3.13，请先安装" >&2; exit 1; }
	@echo "正在准备运行环境（.venv），首次约需一两分钟 …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@if git rev-parse --git-dir >/dev/null 2>&1; then $(BIN)/nbstripout --install && \
		git config filter.nbstripout.clean "$(BIN)/python -m nbstripout --keep-id"; fi
	@touch $@

test: $(INSTALLED)
	@$(PYTEST) -n 2 --dist worksteal -m "not full"

test-full: $(INSTALLED)
	@$(PYTEST) -n 2 --dist worksteal --durations=10

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar --nocolor --quiet fundaudit/checks fundaudit/ledger
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

docs: $(INSTALLED)
	@$(BIN)/python -m fundaudit.report.docs docs

# The finished sample counties in the package, and the key of what is planted in them.
sample: $(INSTALLED)
	@PYTHONPATH=tests $(BIN)/python -m sample

lock: $(INSTALLED)
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
		--python-version 3.11 --extra lab --extra cluster --extra postgres --extra dev --custom-compile-command "make lock" pyproject.toml -o constraints.txt

lab: $(INSTALLED)
	@$(BIN)/fundaudit lab

bench: $(INSTALLED)
	@$(BIN)/python benchmarks/intake.py
	@$(BIN)/python benchmarks/counties.py
	@$(BIN)/python benchmarks/checks.py --large
	@$(BIN)/python benchmarks/catalogue.py
	@$(BIN)/python benchmarks/register.py
	@$(BIN)/python benchmarks/workbench.py
	@$(BIN)/python benchmarks/notebook.py

bench-quick: $(INSTALLED)
	@$(BIN)/python benchmarks/intake.py --quick
	@$(BIN)/python benchmarks/counties.py --quick
	@$(BIN)/python benchmarks/checks.py --quick
	@$(BIN)/python benchmarks/catalogue.py --quick
	@$(BIN)/python benchmarks/register.py --quick
	@$(BIN)/python benchmarks/workbench.py --quick
	@$(BIN)/python benchmarks/notebook.py --quick

fuzz: $(INSTALLED)
	@$(BIN)/python tests/fuzz.py

oracle: $(INSTALLED)
	@rm -f $(BIN)/../oracle-shares
	@ORACLE_LEDGERS=2000 ORACLE_TALLY=$(BIN)/../oracle-shares $(PYTEST) -n 2 tests/oracle
	@$(BIN)/python tests/oracle/shares.py $(BIN)/../oracle-shares

mutants: $(INSTALLED)
	@$(BIN)/python tests/mutants.py
