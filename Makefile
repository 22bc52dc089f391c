# ELMS: every target makes what it needs first; a second run finds it made and costs nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

step := ops/step.sh
uv := .tools/bootstrap/bin/uv
bin := .venv/bin
python3.11 = $(firstword $(shell for p in python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && command -v "$$p" && break; done))

# Caches go where the user keeps them; where there is no home to write to, beside the code.
ifneq ($(shell test -n "$$HOME" && test -w "$$HOME" && echo yes),yes)
export HOME := $(CURDIR)/.tools/home
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1
# Whatever Python compiles it keeps: the tests start hundreds of processes of the same few hundred modules.
unexport PYTHONDONTWRITEBYTECODE

develop := .venv/.develop
# The demo needs the smaller set; a developer's environment has it already.
runtime := $(if $(wildcard $(develop)),$(develop),.venv/.runtime)
kafka := .tools/kafka/.done
# What the tests use where it is there: Debian's package and the command it brings.
packages := docker-compose=docker-compose kcat=kcat chromium-headless-shell=chromium-headless-shell
assets := $(if $(wildcard package-lock.json),node_modules/.done)

.PHONY: help demo up down clean test bench bench-full bench-pages chaos chaos-sweep chaos-mutations fuzz check lock screenshots kafka environment system

help: ## what can be asked for
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: up ## start everything and run the main job
	@./elms demo

up: $(runtime) $(kafka) $(assets) ## start Kafka, PostgreSQL and all services
	@./elms up

down: $(runtime) ## stop everything, keep the data
	@./elms down

clean: $(runtime) ## stop everything and forget its data
	@./elms clean

environment: $(develop) $(kafka) $(assets)

test: check $(kafka) $(assets) system ## check, then all tests on real Kafka and PostgreSQL
	@$(bin)/python -m shared.testing.with_servers pytest -n 4 --dist loadfile --no-loadscope-reorder

bench: environment ## measure beside the alternatives, on durable servers of its own
	@$(bin)/python -m bench

bench-full: environment ## the same at full size, and what grows with the number of licenses; takes hours
	@$(bin)/python -m bench --full --output bench/full.json

bench-pages: $(runtime) ## how fast the portal answers on the running demo stack
	@$(bin)/python -m bench.pages

chaos: environment ## the whole system under faults: CHAOS_MINUTES=10 CHAOS_SEED=7, and a verdict
	@$(bin)/python -m tests.chaos

fuzz: environment ## hostile records and files, guided by coverage: FUZZ_INPUTS=1000000 FUZZ_SEED=7
	@$(bin)/python -m tests.fuzz.guided

chaos-sweep: environment ## every process dies at every boundary of consumer, relay and effects, in each service
	@$(bin)/python -m tests.chaos.sweep

chaos-mutations: environment ## each mechanism is taken out; the sweep must turn red
	@$(bin)/python -m tests.chaos.sweep.mutated

system:
	@ops/system.sh $(packages)

check: $(develop) ## style, types and imports
	@$(step) "ruff check" $(bin)/ruff check .
	@$(step) "ruff format" $(bin)/ruff format --check .
	@$(step) "mypy --strict" $(bin)/mypy
	@$(step) "import-linter" $(bin)/lint-imports

screenshots: environment system ## every page as a picture, in screenshots/
	@$(bin)/python -m tests.browser.screenshots screenshots

lock: $(uv) ## lock requirements/*.in again
	@for set in bootstrap runtime develop; do \
		$(step) "requirements/$$set.txt" $(uv) pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header requirements/$$set.in -o requirements/$$set.txt; done

kafka: $(kafka)

$(uv): requirements/bootstrap.txt
	@test -n "$(python3.11)" || { echo "ELMS needs Python 3.11, and there is none on this machine's PATH." >&2; exit 1; }
	@rm -rf .tools/bootstrap && mkdir -p .tools $(HOME)
	@$(step) "uv" sh -c '"$(python3.11)" -m venv .tools/bootstrap && .tools/bootstrap/bin/pip install -q --require-hashes -r $<'
	@touch $@

.venv/bin/python: | $(uv)
	@$(uv) venv -q --allow-existing --python "$(python3.11)" .venv

.venv/.runtime: requirements/runtime.txt $(uv) | .venv/bin/python
	@$(step) "Python packages" $(uv) pip sync --require-hashes --python .venv/bin/python $<
	@touch $@

$(develop): requirements/develop.txt $(uv) | .venv/bin/python
	@$(step) "Python packages, with the tests'" $(uv) pip sync --require-hashes --python .venv/bin/python $<
	@touch .venv/.runtime $@

$(kafka): ops/local/pom.xml
	@ops/needs.sh java mvn
	@rm -rf .tools/kafka
	@$(step) "Kafka 4.3" mvn -q -B -ntp -f $< -Dmaven.repo.local=$(CURDIR)/.tools/maven dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.tools/kafka/libs
	@touch $@

node_modules/.done: package-lock.json
	@ops/needs.sh npm
	@$(step) "Web assets" npm ci
	@touch $@
