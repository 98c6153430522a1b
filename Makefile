# Everything a newcomer needs. `make` alone lists it.
SHELL := bash
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup system playground smoke test lint fmt lock clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: system $(READY) ## install what is missing, into .venv and a cache folder
	@$(BIN)/python -m bot.playground.build

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is missing." >&2; exit 2; }
	@echo "Installing Python packages into $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

system:
	@.ci/system

playground: setup ## everything on this machine, with a local Slack workspace; CONTEXT=name uses your cluster
	@$(BIN)/sandbox-bot playground $(if $(CONTEXT),--context $(CONTEXT))

smoke: setup ## play the main job once, with kubectl and helm as witnesses
	@$(BIN)/python -m bot.playground.smoke

test: setup lint ## all checks and tests
	@$(BIN)/pytest -n 2 --dist loadfile

lint: $(READY) ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fmt: $(READY) ## format the code
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: $(READY) ## resolve the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--all-extras --python-version 3.11 pyproject.toml -o requirements.lock

clean: ## remove what was installed here
	@rm -rf $(VENV) .playground build *.egg-info
