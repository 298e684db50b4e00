# One command does all of its own set-up: only Python 3.11.5 or newer and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LABEL_STUDIO := .venv-label-studio
MODELS := .venv-models
PORT ?= 5000
FOLDER ?= server
HOST ?= 127.0.0.1
HOSTS ?=

.DEFAULT_GOAL := help
.PHONY: help setup train test models label-studio faults ui server server-test check golden lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with the pinned packages

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5) and "Python 3.11.5 or newer is needed, found " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $(READY)

train: $(READY) ## build the AWL dataset, run the baseline sweep, print the comparison
	$(BIN)/python experiments/build.py dataset=awl
	$(BIN)/python experiments/train.py experiment=awl_baselines

test: $(READY) ## run the tests, on all cores
	$(BIN)/python -m pytest -n auto --dist worksteal

models: $(READY) $(MODELS)/.ready ## run the tests that load real models, which fail where one is missing
	STANCE_MODELS=required HF_HUB_OFFLINE=1 $(MODELS)/bin/python -m pytest -m models -rs tests/classifiers tests/thread

# torch's dependencies are pinned with it: to resolve them would bring gigabytes of CUDA
$(MODELS)/.ready: requirements-models.txt requirements.lock pyproject.toml | $(READY)
	$(PYTHON) -m venv --clear $(MODELS)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(MODELS)/bin/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(MODELS)/bin/python --no-deps --no-build-isolation -e .
	$(MODELS)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $<
	touch $@

label-studio: $(READY) $(LABEL_STUDIO)/.ready ## send tasks through a Label Studio server on this machine and back
	$(BIN)/python tests/label_studio_server/round_trip.py $(LABEL_STUDIO)/bin/python

$(LABEL_STUDIO)/.ready: tests/label_studio_server/requirements.lock | $(READY)
	$(PYTHON) -m venv --clear $(LABEL_STUDIO)
	$(BIN)/uv pip install --quiet --python $(LABEL_STUDIO)/bin/python --require-hashes -r $<
	touch $@

faults: $(READY) ## kill runs at random points and give bad inputs, for a minute
	$(BIN)/python experiments/faults.py

ui: $(READY) ## open the MLflow UI on this machine only; PORT=5001 for another port
	$(BIN)/stance ui port=$(PORT)

server: $(READY) ## a lab's MLflow server on PostgreSQL, with passwords; FOLDER= HOST= PORT= HOSTS= as docs/lab.md says
	$(BIN)/python experiments/server.py --folder "$(FOLDER)" --host "$(HOST)" --port $(PORT) --hosts "$(HOSTS)"

server-test: $(READY) ## four processes write 200 runs to such a server, and each is there; some minutes
	$(BIN)/python -m tests.lab_server.four_writers

check: $(READY) ## lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

golden: $(READY) ## rewrite the golden counts beside each study, to be read in the diff
	$(BIN)/python -m tests.golden

lock: $(READY) ## pin the newest versions that pyproject.toml allows, with hashes
	# no extra may ask for what the others or the package refuse; nothing is written
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11.5 --all-extras pyproject.toml > /dev/null
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11.5 --extra dev --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --upgrade --output-file requirements.lock pyproject.toml
	cd tests/label_studio_server && $(CURDIR)/$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade \
		--output-file requirements.lock requirements.in

clean: ## remove what can be made again; runs and datasets stay
	rm -rf $(VENV) $(LABEL_STUDIO) $(MODELS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
