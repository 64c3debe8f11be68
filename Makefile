# `make help` lists what there is. Everything but `lock` works offline once .venv is made.
.DEFAULT_GOAL := help
.PHONY: help run dev test check fix bench bench-ingest bench-read bench-web bench-paint bench-search bench-likely bench-fairness lock clean

PYTHON_HERE := .venv/bin/python
# With servers of one's own for both, ours are not needed.
EMBEDDED := $(if $(and $(DATABASE_URL),$(REDIS_URL)),,embedded)

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.* ## /\1	/p' $(MAKEFILE_LIST) | while IFS='	' read -r name what; do \
		printf '  make %-12s %s\n' "$$name" "$$what"; done

run: ## start everything on this machine (PORT=8000, DATABASE_URL, REDIS_URL)
	@scripts/bootstrap base $(EMBEDDED)
	@exec $(PYTHON_HERE) manage.py local

dev: ## the same, starting again when a source file changes
	@scripts/bootstrap base $(EMBEDDED)
	@exec $(PYTHON_HERE) manage.py local --reload

test: ## run all tests (ARGS="-k vote")
	@scripts/bootstrap base embedded dev browser
	@$(PYTHON_HERE) -m pytest -n auto --dist loadgroup $(ARGS)

check: ## lint, types, import contracts, settings, migrations, lock files
	@scripts/bootstrap base embedded dev browser
	@scripts/check

fix: ## format and fix what the linters can
	@scripts/bootstrap base embedded dev browser
	@$(PYTHON_HERE) -m ruff check --fix .
	@$(PYTHON_HERE) -m ruff format .

bench: ## measure speed beside the least it could take, as JSON
	@scripts/bootstrap base embedded dev browser
	@$(PYTHON_HERE) -m bench

bench-ingest: ## only imports, from bytes to published rows
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench ingest

bench-read: ## only the readers
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench read

bench-web: ## only pages and votes, over the web server, in about six minutes
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench web

bench-search: ## only the search, among 100,000 papers
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench search

bench-likely: ## only how well papers are sorted for someone
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench likely

bench-fairness: ## only how fair agendas and turns are over half a year, from a published seed
	@scripts/bootstrap base embedded dev
	@$(PYTHON_HERE) -m bench fairness

bench-paint: ## only what a browser with a slow processor takes to paint a page
	@scripts/bootstrap base embedded dev browser
	@$(PYTHON_HERE) -m bench paint

lock: ## compile requirements/*.in to hashed lock files (needs uv and a network)
	@scripts/bootstrap base
	@$(PYTHON_HERE) scripts/lock.py

clean: ## remove all data of this checkout, after asking (YES=1 does not ask)
	@[ -x $(PYTHON_HERE) ] || scripts/bootstrap base
	@$(PYTHON_HERE) -m readinggroup.local.clean
