# Touchstone. Two commands matter: `make run` and `make test`. Everything they need is set up by themselves in .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run test check bench load soak docs lock fmt clean

PORT    ?= 8000
WORKERS ?= 2
VENV    := .venv
BIN     := $(VENV)/bin

# uv would otherwise look past the system's certificates; Python, that it finds no stray packages of ours or yours.
export UV_SYSTEM_CERTS := 1
export UV_NO_CONFIG := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

# Say something only when something is wrong.
QUIETLY = said=$$($(1) 2>&1) || { echo "$$said"; exit 1; }

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-6s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run  ## start the demonstration at http://localhost:8000 (other ports: make run PORT=8010)
	@case '$(PORT)' in ''|*[!0-9]*) echo "PORT is a number, as in  make run PORT=8010; found: $(PORT)" >&2; exit 1;; esac
	@TOUCHSTONE_PORT=$(PORT) exec $(BIN)/python -m touchstone_server demo

test: $(VENV)/.dev  ## all tests (a fixed-seed sample of the large ones)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(if $(PYTEST),$(PYTEST),--ignore tests/browser)
	@$(if $(PYTEST),true,$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal tests/browser)  # in processes of their own

soak: $(VENV)/.dev  ## the large counts, and a thousand examples of each law: many minutes
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "soak or hypothesis" --hypothesis-profile=soak $(PYTEST)

check: $(VENV)/.dev  ## style, types, import rules, templates, reference pages, docs
	@echo "[1/6] style";           $(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .
	@echo "[2/6] types";           TOUCHSTONE_DATA=build/check $(BIN)/mypy --no-error-summary
	@echo "[3/6] import rules";    $(call QUIETLY,$(BIN)/lint-imports --no-cache)
	@echo "[4/6] templates";       $(call QUIETLY,$(BIN)/djlint src --extension html --lint --quiet)
	@echo "[5/6] reference pages"; $(BIN)/python docs/generate.py --check
	@echo "[6/6] docs";            $(call QUIETLY,$(BIN)/zensical build --clean --strict)
	@echo "All checks passed."

bench: $(VENV)/.dev  ## the figures that the README quotes
	@$(BIN)/python benchmarks/run.py

load: $(VENV)/.dev  ## the verify page under load, and every list with 10,000 learners: two minutes, this machine only
	@$(BIN)/python benchmarks/load.py

docs: $(VENV)/.dev  ## build the documentation into build/docs
	@$(BIN)/python docs/generate.py
	@$(BIN)/zensical build --clean --strict
	@echo "open build/docs/index.html"

fmt: $(VENV)/.dev  ## let ruff set the code in order
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

lock: $(VENV)/.dev  ## take newer versions into both locks
	@$(COMPILE) --group build --upgrade --output-file requirements.lock
	@$(COMPILE) --group build --group dev --upgrade --constraints requirements.lock --output-file requirements-dev.lock
	@git --no-pager diff --stat -- requirements.lock requirements-dev.lock

clean:  ## remove .venv and everything that was built
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# ------------------------------------------------------------------ set-up: three steps, each done once
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
          --no-emit-index-url --no-annotate --custom-compile-command "make lock" --extra server

# Debian splits venv from Python, and a version manager may leave names that do not run: so try each before choosing.
define FIND_PYTHON
for p in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
  command -v $$p >/dev/null 2>&1 || continue; \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
  old=$$p; $$p -c 'import venv, ensurepip' >/dev/null 2>&1 && { found=$$p; break; }; \
done; \
if [ -z "$$found" ] && [ -n "$$old" ]; then \
  echo "$$old has no venv module: install it, on Debian or Ubuntu with  sudo apt install python3-venv" >&2; exit 1; fi; \
if [ -z "$$found" ]; then echo "Touchstone needs Python 3.11 or newer: install it, or name it with  make PYTHON=/path/to/python3" >&2; exit 1; fi
endef

$(VENV)/.made:
	@$(FIND_PYTHON); echo "[1/3] making .venv with $$($$found --version)"; $$found -m venv --clear $(VENV)
	@touch $@

# uv is in the lock too: pip installs it from there, with its hash.
$(VENV)/.uv: requirements.lock | $(VENV)/.made
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.txt
	@echo "[2/3] installing $$(sed -n 's/^\(uv==[0-9.]*\).*/\1/p' $(VENV)/uv.txt), which installs the rest"
	@$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.txt
	@touch $@

define INSTALL
	@echo "[3/3] installing $$(grep -c '^[a-z].*==' $<) packages for $(1), each checked against its hash"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $<
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.uv
	$(call INSTALL,running)

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.uv
	$(call INSTALL,testing)
	@touch $(VENV)/.run
