# Two commands are all it takes: `make run` and `make test`. Everything else is below.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export PORT CHROMIUM
export PYTHONPATH := $(CURDIR)
export FLASK_APP := app.factory
# Each command is some Python programs one after another: what one has compiled, the next reads.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
LOCALES := nb nn uk ru ar
CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
MIGRATIONS := migrations/env.py $(wildcard migrations/versions/*.py)
ASSET_SOURCES := $(shell find static -path static/dist -prune -o -type f -print 2>/dev/null)
PIP = $(PYTHON) -m pip --python .venv/bin/python install --quiet --disable-pip-version-check --require-hashes
# The demo's own settings. A real installation sets its own and never runs `make run`.
DEMO := DEMO=1 BASE_URL=http://localhost:$(PORT) DATABASE_URL=sqlite:///var/demo.sqlite
ON_POSTGRES := DEMO=1 $(BIN)/python -m tests.pg sh -c

# The tests run in as many processes as there are cores: make test WORKERS=1 for one.
WORKERS ?= $(shell nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
SIDE_BY_SIDE := $(if $(filter-out 1,$(WORKERS)),-n $(WORKERS) --dist=worksteal)

.PHONY: help run demo test test-all bench check fix assets build translations migration locks sbom audit clean
.PHONY: test-sqlite test-postgres test-browser

help: ## show this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

run: .venv/.run ## set up what is missing, then serve the demo at http://localhost:8000 (PORT=8001 for another)
	@$(MAKE) -s -j2 var/.migrated static/dist/.built $(COMPILED)
	@exec env $(DEMO) $(BIN)/python deploy/supervise.py

demo: .venv/.run $(COMPILED) ## make the demo data anew
	@rm -f var/.demo var/demo.sqlite*
	@$(MAKE) var/.migrated
	@cat var/demo-people.txt
	@echo "If the site is running, stop it and start it again."

test: test-sqlite test-postgres test-browser ## run all tests: on SQLite, on PostgreSQL, in Chromium
	@echo "All three parts passed: SQLite, PostgreSQL, browser."

test-all: ## run all tests with the long campaigns in full
	@FULL=1 $(MAKE) test

bench: .venv/.bench ## measure the matching against other solvers; minutes, and 3 GB of memory
	@$(BIN)/python -m tests.bench

check: .venv/.dev static/dist/.built $(COMPILED) ## what must hold before the tests: style, types, contracts, templates, catalogues, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python deploy/catalogues.py check $(LOCALES)
	@mkdir -p var && rm -f var/check.sqlite*
	DEMO=1 DATABASE_URL=sqlite:///var/check.sqlite sh -c '$(BIN)/alembic upgrade head && $(BIN)/alembic check'
	$(ON_POSTGRES) '$(BIN)/alembic upgrade head && $(BIN)/alembic check'

fix: .venv/.dev ## mend what the tools can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: .venv/.dev ## bring the catalogues up to date with the texts in the source
	$(BIN)/python deploy/catalogues.py update $(LOCALES)

migration: .venv/.dev ## write a migration from the models: make migration m="add a table"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add a table"'; exit 1; }
	$(ON_POSTGRES) '$(BIN)/alembic upgrade head && $(BIN)/alembic revision --autogenerate -m "$$1"' sh "$(m)"

assets: static/dist/.built ## build the style sheets and scripts

build: .venv/.run static/dist/.built $(COMPILED) ## what a real installation needs: dependencies, assets, catalogues

locks: .venv/.dev ## write the lock files anew from pyproject.toml
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group test --group check -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group pyproject.toml:bench -c requirements-dev.lock -o requirements-bench.lock
	$(LOCK) --group pyproject.toml:audit -c requirements-dev.lock -o audit.lock
	$(LOCK) --group pyproject.toml:bootstrap -o bootstrap.lock
	$(LOCK) --group pyproject.toml:node -o node.lock

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate --no-header

sbom: .venv/.audit node_modules/.installed ## list the site's libraries as CycloneDX, in var/sbom; asks nobody
	@rm -rf var/sbom var/sbom.npm && mkdir -p var/sbom var/sbom.npm
	$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o var/sbom/python.json
	@cp package.json package-lock.json .npmrc var/sbom.npm
	@cd var/sbom.npm && $(NPM) pkg set version=0.1.0 # npm wants one for its list
	cd var/sbom.npm && $(NPM) sbom --sbom-format cyclonedx --package-lock-only --omit dev > ../sbom/assets.json
	@rm -r var/sbom.npm

audit: .venv/.audit node_modules/.installed ## ask PyPI and npm for known faults of the site's libraries; needs the network
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock
	$(NPM) audit --package-lock-only --omit dev

NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel error

clean: ## remove everything that these commands made, the demo data included
	rm -rf .venv node_modules static/dist var test-results .hypothesis .*_cache
	find app tests migrations deploy -name __pycache__ -prune -exec rm -rf {} +
	rm -f $(COMPILED)

# The parts of `make test`. What asks no database runs once, on SQLite.
# tests/faults watches real processes by the clock, so nothing runs beside it.

test-sqlite: .venv/.dev static/dist/.built $(COMPILED)
	$(BIN)/pytest --database=sqlite --ignore=tests/browser --ignore=tests/faults $(SIDE_BY_SIDE)
	$(BIN)/pytest --database=sqlite tests/faults

test-postgres: .venv/.dev static/dist/.built $(COMPILED)
	$(BIN)/pytest --database=postgresql --ignore=tests/browser --ignore=tests/faults $(SIDE_BY_SIDE)
	$(BIN)/pytest --database=postgresql tests/faults

# The validator reads every page that the other browser tests have visited.
VALIDATED := tests/browser/test_markup.py

test-browser: .venv/.dev static/dist/.built $(COMPILED)
	@test -n "$(CHROMIUM)" || { echo "The browser tests did not run. This installs what they need: apt-get install -y chromium fonts-noto-core default-jre-headless"; exit 1; }
	@command -v java >/dev/null || { echo "The browser tests did not run. This installs what they need: apt-get install -y default-jre-headless"; exit 1; }
	rm -rf var/pages
	$(BIN)/pytest tests/browser --ignore=$(VALIDATED) $(SIDE_BY_SIDE)
	$(BIN)/pytest $(VALIDATED)

# What the commands stand on. Each stamp is made anew when the files after its colon change.

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, for example: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null || { echo "pip is needed. On Debian: apt-get install -y python3-pip"; exit 1; }
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv --without-pip .venv

# uv installs in a fifth of pip's time; where it cannot, pip does the same from the same hashes.
install = @echo "Installing $(1) ..."; \
	{ { test -x $(BIN)/uv || $(PIP) -r bootstrap.lock; } && $(BIN)/uv pip install --quiet --python .venv/bin/python --require-hashes -r $(1); } \
	|| { echo "uv could not; pip takes over."; $(PIP) -r $(1); }

.venv/.run: requirements.lock bootstrap.lock | .venv/pyvenv.cfg
	$(call install,requirements.lock)
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	$(call install,requirements-dev.lock)
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.dev
	$(call install,requirements-bench.lock)
	@touch $@

.venv/.audit: audit.lock .venv/.dev
	$(call install,audit.lock)
	@touch $@

# Node builds the assets, and runs a provider for the tests: the machine's own from version 20, else
# the one that pip brings.
node_modules/.installed: package.json package-lock.json .npmrc node.lock | .venv/.run
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || $(MAKE) .venv/.node
	@echo "Installing package-lock.json ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	@touch $@

.venv/.node: node.lock
	$(call install,node.lock)
	@touch $@

static/dist/.built: node_modules/.installed deploy/build_assets.py $(ASSET_SOURCES)
	@echo "Building the assets ..."
	@$(BIN)/python deploy/build_assets.py
	@touch $@

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel --quiet compile --locale $(word 3,$(subst /, ,$<)) --input-file $< --output-file $@

# The demo: made beside its place and moved there whole, so that a failure leaves nothing half.
# The stamp alone is no proof: the database may have been removed since.
var/.demo: $(if $(wildcard var/demo.sqlite),,ANEW) | .venv/.run $(COMPILED)
	@echo "Making the demo data ..."
	@mkdir -p var && rm -f var/demo.sqlite* var/new.sqlite* var/.migrated
	@$(DEMO:demo.sqlite=new.sqlite) $(BIN)/alembic upgrade head
	@$(DEMO:demo.sqlite=new.sqlite) $(BIN)/flask demo > var/demo-people.txt
	@mv var/new.sqlite var/demo.sqlite
	@touch $@

# A demo that is newer than every migration was made with all of them.
var/.migrated: var/.demo $(MIGRATIONS)
	@test -z "$$(find $(MIGRATIONS) -newer var/.demo)" || $(DEMO) $(BIN)/alembic upgrade head
	@touch $@

.PHONY: ANEW
