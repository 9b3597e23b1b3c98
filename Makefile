# make run    environment, index, app on http://127.0.0.1:7860
# make test   environment, every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
APT := $(shell command -v apt-get)
CHROMIUM := $(shell command -v chromium)
PYTEST := $(BIN)/python -m pytest

.PHONY: run test lint unit integration browser benchmark speed peers lock clean

run: $(VENV)/run.stamp
	$(BIN)/python app.py

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python requirements.lock pyproject.toml
	$(PIP) install --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-dev.lock
	$(PIP) install --requirement requirements-dev.lock
	touch $@

test: lint unit integration browser

lint: $(VENV)/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/erasmus-assistant benchmark check

unit: $(VENV)/test.stamp
	$(PYTEST) tests/unit

integration: $(VENV)/test.stamp postgresql
	$(PYTEST) tests/integration

browser: $(VENV)/test.stamp chromium
	$(PYTEST) tests/browser

benchmark: $(VENV)/run.stamp
	rm -rf benchmark/runs/latest
	$(BIN)/erasmus-assistant benchmark run -o benchmark/runs/latest
	$(BIN)/erasmus-assistant benchmark compare benchmark/baseline.json benchmark/runs/latest

speed: $(VENV)/test.stamp
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/speed.py

peers:
	$(MAKE) -C benchmark/peers

# Debian's packages, where apt is at hand and the package is not there yet.
.PHONY: chromium postgresql
chromium:
ifeq ($(CHROMIUM),)
ifneq ($(APT),)
	apt-get update -qq && apt-get install -y -qq chromium fonts-dejavu-core || echo "Chromium can't be installed; the browser tests say so and skip"
endif
endif

postgresql:
ifneq ($(APT),)
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq postgresql; } || echo "PostgreSQL can't be installed; its tests say so and skip"
endif

# What the environment resolved to, as plain name==version lines.
lock: $(VENV)/test.stamp
	$(BIN)/python tools/lock.py

clean:
	rm -rf $(VENV) index/[0-9a-f]* index/CURRENT
