# Everything happens in .venv and output/: `make clean` leaves nothing behind.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tools that look at what is installed are not among it.
AUDIT := .venv-audit
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Prefect's database stays in the checkout, and nothing is reported to anyone.
export PREFECT_HOME ?= $(CURDIR)/.prefect
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
# Dozens of processes of each run of tests would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

FUZZ_SECONDS ?= 60

.PHONY: demo fuzz test test-all test-postgresql gate lint bench bench-rivals bench-peers hashes schemas audit sbom licences clean

demo: $(VENV)/demo
	$(BIN)/citewright generate mindful-self-compassion --drafter extractive

test: $(VENV)/test
	$(BIN)/python -m pytest -q -n auto --dist loadgroup -m "not slow"

# Where catalogues are opened, with all of them on a PostgreSQL server; docs/database.md.
ON_POSTGRESQL := $(addprefix tests/,community database end_to_end faults pipeline refresh versions web)

test-postgresql: $(VENV)/test
	$(BIN)/python -m pytest -q -n auto --dist loadgroup -m "not slow" --database postgresql $(ON_POSTGRESQL)

test-all: $(VENV)/test
	CITEWRIGHT_EXAMPLES=explore $(BIN)/python -m pytest -q -n auto --dist loadgroup

gate: $(VENV)/test
	$(BIN)/python -m pytest -q -rs tests/test_quality_gate.py

lint: $(VENV)/lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# make bench ONLY="alignment store"; make bench QUICK=1
bench: $(VENV)/test bench-rivals
	$(BIN)/python -m benchmarks all $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick)

bench-rivals: $(VENV)/test
	$(BIN)/python -m benchmarks.installing rivals

# Some gigabytes: the systems that do the same job, each in an environment of its own.
bench-peers: $(VENV)/test
	$(BIN)/python -m benchmarks.installing peers

# FUZZ_SECONDS for each target; FUZZ="pdf word" for some of them. What is found is in build/fuzz/found.
fuzz: $(VENV)/fuzz
	PYTHONPATH=tests:. $(BIN)/python -m fuzz --seconds $(FUZZ_SECONDS) $(FUZZ)

schemas: $(VENV)/demo
	$(BIN)/python -m citewright.model.schema schemas
	$(BIN)/python -m citewright.diff.schema schemas

# Fails where a package was not looked up, and where nobody could be asked.
audit: $(VENV)/demo $(AUDIT)/ready
	$(BIN)/python -m tools.audit $(AUDIT)/bin/pip-audit $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# Its own validation takes minutes for an environment of this size.
sbom: $(VENV)/demo $(AUDIT)/ready
	mkdir -p build
	$(AUDIT)/bin/cyclonedx-py environment --no-validate --output-reproducible --pyproject pyproject.toml --of JSON -o build/sbom.json $(BIN)/python
	@echo build/sbom.json

# What the image is installed from; after a change of pins.
hashes: $(VENV)/test
	$(BIN)/python -m tools.hashes

licences: $(VENV)/lint
	$(BIN)/python -m tools.licences

clean:
	rm -rf $(VENV) $(AUDIT) .prefect output build dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	$(BIN)/prefect server database upgrade --yes >/dev/null
	touch $@

$(VENV)/test: $(VENV)/demo
	$(PIP) --editable '.[test]'
	touch $@

$(AUDIT)/ready: constraints.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt cyclonedx-bom pip-audit
	touch $@

$(VENV)/fuzz: $(VENV)/test
	$(PIP) --editable '.[test,fuzz]'
	touch $@

$(VENV)/lint: $(VENV)/test
	$(PIP) --editable '.[test,lint]'
	touch $@
