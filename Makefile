# Each target does its own set-up; a second run finds it done.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

# Where nothing keeps bytecode, each worker and each of hundreds of processes compiles all modules again
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo check test test-builds lint types pages docs lock fuzz bench bench-images bench-context blind-spots practices engine browser clean

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): requirements/dev.txt pyproject.toml scripts/venv
	scripts/venv $(VENV)
	@touch $@

demo: $(READY) engine  ## lint, explain and fix the Dockerfile of a small FastAPI project; look into its images
	@PATH="$(CURDIR)/$(BIN):$$PATH" scripts/demo

lint: $(READY)  ## style, types, layers, and whether generated pages are fresh
	$(BIN)/ruff check
	@# A rule of the preview: to switch the preview on would change what other rules say
	$(BIN)/ruff check --preview --select unspecified-encoding
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types pages $(BESIDE)

types: $(READY)
	$(BIN)/mypy

pages: $(READY)
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/docs.py --check

# The first collection compiles the tests; it would be made by all workers at once
$(VENV)/compiled: $(READY)
	-@$(BIN)/pytest --collect-only -qq >/dev/null 2>&1
	@touch $@

check test: BESIDE := $(VENV)/compiled

# A file of tests that shares an engine or a browser stays with one worker; such files come first
PYTEST := $(BIN)/pytest -q --one-item --maxprocesses 8 --no-loadscope-reorder
CORES := $(shell nproc 2>/dev/null || echo 2)

check: lint  ## all of `lint`, and every test that needs no engine, registry or browser: about three minutes on two cores
	$(PYTEST) --quick --numprocesses $$(($(CORES) + 1)) -m "not engine and not browser and not builds"

test: lint engine browser  ## all tests but those that build every project: about twelve minutes on two cores; engines are waited for, so two more work
	$(PYTEST) --numprocesses $$(($(CORES) + 2))

PROJECTS ?= engine

test-builds: $(READY) engine  ## build and run every project before and after a fix; PROJECTS=builds leaves out those of `test`
	$(BIN)/pytest tests/engine -m "$(PROJECTS)"

docs: $(READY)  ## generate docs/ from the rules, the commands and the configuration
	$(BIN)/python scripts/docs.py

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade --no-header --no-annotate \
    --no-emit-index-url --no-emit-find-links

lock:  ## pin the newest versions of what tests and benchmarks need; uses uv
	$(LOCK) pyproject.toml --extra all --group dev --output-file requirements/dev.txt
	$(LOCK) --group bench --output-file requirements/bench.txt

fuzz: $(READY)  ## property and mutation tests for longer; FUZZ_SECONDS=600
	LIGHTSHIP_FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(BIN)/pytest tests -k "law or fuzz" --hypothesis-profile=long

bench: $(READY)  ## side by side with hadolint
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python benchmarks/lint.py --hadolint $(BIN)/hadolint

bench-images: $(READY) engine  ## side by side with dive; makes images of 14 GB
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python benchmarks/images.py --dive $(BIN)/dive

bench-context: $(READY)  ## an ignore file on 100,000 paths, side by side with pathspec
	$(BIN)/python benchmarks/context.py

blind-spots: $(READY) engine  ## what a proof says of changes whose verdict is known, each built and run
	$(BIN)/python benchmarks/blind_spots.py

practices: $(READY) engine  ## what the practices bring: builds before and after their fix, measured
	$(BIN)/python benchmarks/practices.py

engine:  ## a Docker engine for the tests that build, where it can be had
	@scripts/engine

browser:  ## a browser for the tests of html, where it can be had
	@scripts/browser

clean:  ## all that the targets above have made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
