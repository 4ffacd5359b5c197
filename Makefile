# Muster's commands. They need make and Python 3.11 or newer; the rest is installed into .venv.
.DEFAULT_GOAL := help
.PHONY: run test check audit bench lock messages install install-dev help
# One thing after the other: the targets share .venv.
.NOTPARALLEL:

# By the interpreter and not by .venv/bin/flask, so that a folder that was moved still works.
PY := .venv/bin/python

run: install ## start Muster on http://localhost:8000 (PORT, DATABASE_URL change where); Ctrl-C stops it
	@exec $(PY) -m flask serve --prepare

test: install-dev ## everything CI runs: style, types, tests on SQLite and PostgreSQL, a real browser
	@exec scripts/test

check: install-dev ## style and types alone, in seconds
	@exec scripts/check

audit: install-dev ## known holes and licences of the dependencies (needs a network)
	@exec scripts/audit

bench: install-dev ## the benchmarks, as a table of ratios against a floor; writes bench/results.json
	@exec $(PY) -m bench

lock: install-dev ## renew the hash-locked requirement files
	@exec scripts/lock

messages: install-dev ## bring the translation catalogues up to date with the texts in the code
	@exec $(PY) scripts/messages.py extract

install: ## make .venv and install what it takes to run
	@scripts/install run
	@$(PY) scripts/messages.py compile

install-dev:
	@scripts/install dev
	@$(PY) scripts/messages.py compile

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
