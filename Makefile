# One verb per task; every target makes the environment if it is missing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Compiled modules are kept: the tests start the command some hundred times.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are processors: a test that waits for a server needs none.
WORKERS = $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')
STAMP  := $(VENV)/.installed
# Warnings are errors; the variable hushes the theme's advertisement of its successor.
SITE    = NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

.PHONY: help install run test kill faults soak fuzz check docs licences bench bench-scale accuracy wheels arm64 image clean
help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "cxdigest needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

install: $(STAMP) ## make .venv with everything for development

run: $(STAMP) ## read the example alerts and write the digest to out/
	@$(BIN)/cxdigest --config config.example.yaml run --once

test: $(STAMP) ## run the tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

kill: $(STAMP) ## kill the program at every moment and see that nothing is lost or sent too often
	CXDIGEST_EVERY=1 CXDIGEST_KILLS=20 $(BIN)/python -m pytest tests/pipeline/test_kill.py tests/pipeline/test_kill_whole.py tests/pipeline/test_kill_sending.py tests/acceptance/test_kill.py

faults: $(STAMP) ## break it in every way of docs/reliability.md, with KILLS=500 kills and MAILS=50000 mails, and print what was lost
	CXDIGEST_EVERY=1 CXDIGEST_KILLS=$(or $(KILLS),500) CXDIGEST_MAILS=$(or $(MAILS),50000) \
	  CXDIGEST_HOURS=$(or $(HOURS),26) $(BIN)/python -m pytest -p tests.faults.figures -q -rf \
	  $$($(BIN)/python -m tests.faults.rows)

soak: $(STAMP) ## let a busy instance work for HOURS=26 in fast motion, and two programs on one store for TURNS=60 turns each
	CXDIGEST_HOURS=$(or $(HOURS),26) CXDIGEST_SOAK=$(or $(TURNS),60) $(BIN)/python -m pytest \
	  -p tests.faults.figures -q tests/faults/test_soak.py tests/pipeline/test_two_workers.py

fuzz: $(STAMP) ## for MINUTES=10 each: hurt all that is read and see that its reader stands it; tell the store STORIES=300; ask the API all it describes
	CXDIGEST_EVERY=1 $(BIN)/python -m pytest tests/rules/test_engine.py
	CXDIGEST_EVERY=1 $(BIN)/python -m pytest -s tests/web/console/test_api_schema.py
	CXDIGEST_STORIES=$(or $(STORIES),300) $(BIN)/python -m pytest tests/store/test_state_machine.py
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10)
	$(BIN)/python -m tests.rules.fuzz --minutes $(or $(MINUTES),10)

check: $(STAMP) ## lint, format, types and layers; licences and known vulnerabilities of what comes along; the documentation's links
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cxdigest rules check
	$(BIN)/python -m tests.security.licences --check
	$(BIN)/python -m tests.security.audit
	$(SITE)

docs: $(STAMP) ## write the pages made from the code, and the documentation as a site to out/site
	$(BIN)/python -m tests.docs
	$(SITE)
	@echo "out/site/index.html: open it in a browser; its search wants a server: python3 -m http.server -d out/site"

licences: $(STAMP) ## write docs/licences.md from what the installed packages say
	$(BIN)/python -m tests.security.licences > docs/licences.md.new
	mv docs/licences.md.new docs/licences.md

bench-scale: $(STAMP) ## measure 1, 2 and 4 workers on the empty database URL=postgresql://… (PART=10: a tenth), and 10,000 beside 1,000,000 postings
	@test -n "$(URL)" || { echo "no database: make bench-scale URL=postgresql://USER@HOST/EMPTY [PART=10]" >&2; exit 2; }
	$(BIN)/python -m bench scale "$(URL)" $(or $(PART),1)
	$(BIN)/python -m bench grown

bench: $(STAMP) ## measure; prints tables
	$(BIN)/python -m bench

accuracy: $(STAMP) ## count into docs/accuracy.md how often the judge is right; CXDIGEST_LABELS names the folder
	@test -n "$(CXDIGEST_LABELS)" || { echo "no labels: make accuracy CXDIGEST_LABELS=FOLDER [CACHE=FOLDER] [HELD_OUT=1]" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --group accuracy
	@mkdir -p out
	$(BIN)/python -m bench accuracy $(if $(HELD_OUT),--held-out) $(if $(CACHE),--cache $(CACHE)) $(CXDIGEST_LABELS) > out/accuracy.md
	mv out/accuracy.md docs/accuracy.md
	$(BIN)/python -m bench published $$(date +%F) > out/published.json
	mv out/published.json cxdigest/rules/published.json

wheels: $(STAMP) ## ask the package index whether every dependency has wheels for x86-64 and ARM64
	$(BIN)/python -m tests.install.wheels

arm64: $(STAMP) ## on Debian on x86-64: run cxdigest, and TESTS="tests/identity …", on ARM64 by emulation, and compare; takes 10 minutes and more
	$(BIN)/python -m tests.install.arm64 out/arm64 $(if $(TESTS),-- $(TESTS))

image: ## build the container image with whatever engine is there
	@for engine in docker podman buildah; do \
	  if command -v $$engine >/dev/null && $$engine info >/dev/null 2>&1; then \
	    exec $$engine $$([ $$engine = buildah ] && echo bud || echo build) -t cxdigest:local .; \
	  fi; \
	done; echo "no working docker, podman or buildah found; install one of them" >&2; exit 1

clean: ## remove what the targets made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
