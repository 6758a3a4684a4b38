# Everything a person or a machine does with this project. `make help` lists it.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
DULIEUMO_HOME ?= .dulieumo
ES_PORT ?= 9200
export DULIEUMO_HOME PORT ES_PORT
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format elasticsearch bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(RUNTIME) ## set up, harvest the demo departments, serve the portal and print its address
	$(BIN)/dulieumo demo
	$(BIN)/dulieumo serve

serve: $(RUNTIME) ## serve the portal on PORT
	$(BIN)/dulieumo serve

test: $(DEV) ## set up and run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(DEV) ## formatting, rules, types and the architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(DEV) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

elasticsearch: $(DEV) ## obtain and start an Elasticsearch on ES_PORT (9200) until Ctrl-C; says how the portal uses it
	@$(BIN)/python -m tests.elasticsearch_server

bench: $(DEV) ## measure, as ratios against a reference in the same run; also writes bench.json
	$(BIN)/python -m tests.benchmarks

lock: $(DEV) ## renew requirements.lock from pyproject.toml
	$(PYTHON) -m venv $(VENV)/uv && $(VENV)/uv/bin/pip install -q uv
	$(VENV)/uv/bin/python .ci/lock.py

clean: ## remove the virtual environment, caches and everything the program wrote
	rm -rf $(VENV) $(DULIEUMO_HOME) *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# requirements.lock has two parts; the second begins at the line "# development" and is not needed to run the portal.
$(RUNTIME): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Cài đặt thư viện (Installing) …"
	@sed '/^# development/,$$d' requirements.lock > $(VENV)/runtime.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/runtime.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements.lock | $(RUNTIME)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@
