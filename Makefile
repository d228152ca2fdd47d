# Two commands set up all they need: `make run` and `make test`. `make` alone lists the others.
#
# PYTHON       the Python to build .venv with (3.11 or newer)
# PIP_ARGS     more arguments for pip, such as the index of PyTorch's small builds for the CPU
# RUN_ARGS     arguments for `course run`, for example RUN_ARGS="03-rnn --framework pytorch"
# TEST_ARGS    more arguments for pytest, for example TEST_ARGS=--everything (no sample)
# SITE_ARGS    arguments for `course site`, for example SITE_ARGS="pl --serve"
# BOOK_ARGS    arguments for `course book`, for example BOOK_ARGS="ar --format epub"
# LAB_ARGS     arguments for `course lab`, for example LAB_ARGS="--translate --locale pl"
# JOBS         how many test files, notebooks among them, run at once: one more than the cores,
#              because many tests wait for kernels and clusters

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PIP_ARGS ?=
RUN_ARGS ?=
TEST_ARGS ?=
SITE_ARGS ?=
BOOK_ARGS ?=
LAB_ARGS ?=
JOBS ?= 3

BIN := .venv/bin
# Installed without compiled modules (below): what a run compiles it must keep, also on a machine
# that wants no such files, or every kernel compiles torch or TensorFlow again, 4 or 13 CPU seconds.
export PYTHONDONTWRITEBYTECODE :=
READY := .venv/ready
# A notebook tests itself in one worker, so its cells must not be spread over several (loadfile).
# The notebooks come first because they take longest. Every cell gets 900 s, since others may be at
# work: nbval notices a dead kernel only then.
PYTEST := OMP_NUM_THREADS=1 TF_CPP_MIN_LOG_LEVEL=2 $(BIN)/python -m pytest -n $(JOBS) \
	--dist loadfile --no-loadscope-reorder
NBVAL := -p tests.kernels --nbval-lax --nbval-current-env --nbval-cell-timeout=900 notebooks/*.ipynb

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The stamp is written last, so that an install that was broken off starts again. Without
# --no-compile, 40 s go into compiling modules of which most are never imported.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "error: $(PYTHON) is not Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; \
	  exit 1; }
	@echo "Installing into .venv (once; 1 GB or more to download; details in .venv/pip.log)"
	@rm -f $@
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check --no-compile --log .venv/pip.log \
	  $(PIP_ARGS) --constraint constraints.txt --editable '.[notebooks,pytorch,tensorflow,test,site,book,lab]' \
	  | { grep --line-buffered -E '^ *Downloading .* MB\)|^Installing' | cut -c 1-100 || true; }
	@touch $@

.PHONY: run
run: $(READY)  ## Build the notebooks of all languages, execute the sources, print results
	@$(BIN)/course build
	@$(BIN)/course run $(RUN_ARGS)

.PHONY: build
build: $(READY)  ## Write the notebooks of every language into build/notebooks/
	@$(BIN)/course build

.PHONY: site
site: $(READY)  ## Build the website of every language into build/site/
	@$(BIN)/course site --pyodide $(SITE_ARGS)

.PHONY: book
book: .venv/ready-browser  ## Write the books, as EPUB and as PDF, into build/books/
	@$(BIN)/course book $(BOOK_ARGS)

.PHONY: check
check: $(READY)  ## Check the translations only
	@$(BIN)/course check

.PHONY: test
test: $(READY) lint check  ## Check style and translations, run the tests and every notebook
	@$(PYTEST) $(NBVAL) tests $(TEST_ARGS)

# The browser is the system's, or is installed; another one is named in CHROMIUM.
.venv/ready-browser: $(READY) tests/install-browser
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) \
	  --constraint constraints.txt --editable '.[notebooks,pytorch,tensorflow,test,site,book,lab,browser]'
	@tests/install-browser $(BIN)/python
	@touch $@

.PHONY: test-site
test-site: .venv/ready-browser  ## Test the website in a real browser
	@$(BIN)/python -m pytest -n 2 tests/browser/site $(TEST_ARGS)

.PHONY: test-book
test-book: .venv/ready-browser  ## Test the books: PDF in a real browser, EPUB with epubcheck
	@$(BIN)/python -m pytest tests/browser/book $(TEST_ARGS)

.PHONY: test-lab
test-lab: .venv/ready-browser  ## Test JupyterLab in a real browser
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser/lab $(TEST_ARGS)

# The jobs of the night (docs/ci.md). Each runs all of its commands, then says what failed. They
# call `make` by name, because `make -n` would run a line that calls it as $(MAKE).
NIGHT := $(BIN)/python tests/night/job.py
UV ?= build/uv/bin/uv

.PHONY: night-tests
night-tests: .venv/ready-browser  ## At night: all tests, with all that they sample by day
	@$(NIGHT) tests 'make test TEST_ARGS=--everything' 'make test-site TEST_ARGS=--everything' \
	  'make test-book TEST_ARGS=--everything' 'make test-lab TEST_ARGS=--everything'

.PHONY: night-seeds
night-seeds: $(READY)  ## At night: all notebooks with other seeds
	@$(NIGHT) seeds '$(BIN)/python tests/night/seeds.py $(RUN_ARGS)'

.PHONY: night-locales
night-locales: $(READY)  ## At night: the notebooks of all languages, where they are built to
	@$(NIGHT) locales 'make run RUN_ARGS="--all-locales --out build/night/locales/run"'

.PHONY: night-twice
night-twice: $(READY)  ## At night: the sources twice, to name what differs
	@$(NIGHT) twice 'make run RUN_ARGS="--out build/night/twice/run"' \
	  'make run RUN_ARGS="--force --out build/night/twice/run"'

.PHONY: night-torchtext
night-torchtext: $(READY)  ## At night: make test-torchtext
	@$(NIGHT) torchtext 'make test-torchtext'

build/uv/bin/uv:
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) uv

.PHONY: night-lowest
night-lowest: $(READY) $(UV)  ## At night: tests and notebooks with the oldest versions allowed
	@UV=$(UV) $(NIGHT) lowest '$(BIN)/python tests/night/versions.py lowest -n $(JOBS)'

.PHONY: night-newest
night-newest: $(READY) $(UV)  ## At night: tests and notebooks with the newest versions
	@UV=$(UV) $(NIGHT) newest '$(BIN)/python tests/night/versions.py newest -n $(JOBS)'

# JupyterLab 4.4 in an environment of its own, with widgets of its time: those of today are built for
# a newer one. The tests of each commit use the newest.
build/night/lab/env/ready: pyproject.toml
	@rm -rf build/night/lab/env
	@$(PYTHON) -m venv build/night/lab/env
	@build/night/lab/env/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) \
	  --editable '.[notebooks,lab,test,browser]' 'jupyterlab==4.4.*' 'jupyterlab_widgets<3.0.16'
	@touch $@

.PHONY: night-lab
night-lab: .venv/ready-browser build/night/lab/env/ready  ## At night: the oldest JupyterLab, in a browser
	@$(NIGHT) lab 'build/night/lab/env/bin/python -m pytest -n 2 --dist loadfile tests/browser/lab'

.PHONY: lint
lint: $(READY)  ## Check style only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo --no-cache

# The tool alone, as pip installs it: no framework, no Jupyter.
.venv-translator/ready: pyproject.toml constraints.txt
	@rm -f $@
	@$(PYTHON) -m venv .venv-translator
	@.venv-translator/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) \
	  --constraint constraints.txt --editable .
	@touch $@

.PHONY: translator
translator: .venv-translator/ready  ## Set up the command `course` for translators (80 MB)
	@echo "Ready: . .venv-translator/bin/activate, then course todo LOCALE (see TRANSLATING.md)"

.PHONY: lab
lab: $(READY)  ## Open the lessons in JupyterLab, in your language
	@$(BIN)/course lab $(LAB_ARGS)

.PHONY: pictures
pictures: $(READY)  ## Make the PNG beside each diagram again
	@$(BIN)/python tests/make_png.py

.PHONY: readme-pictures
readme-pictures: .venv/ready-browser  ## Make the pictures of README.md again
	@$(BIN)/course site
	@$(BIN)/python -m tests.readme_pictures

.PHONY: demo-corpus
demo-corpus: $(READY)  ## Make data/demo/ again
	@$(BIN)/python data/demo/make_demo.py

.PHONY: benchmark
benchmark: $(READY)  ## Measure the training recipes on AG News (needs the data; two hours)
	@$(BIN)/python benchmarks/recipes.py

.PHONY: test-torchtext
test-torchtext:  ## Compare with torchtext in an environment of its own (5 GB)
	@PYTHON=$(PYTHON) tests/torchtext/run

# torch and TensorFlow stay at the versions that constraints.txt names: change those by hand first.
# Packages of one platform only (CUDA) and local labels (+cpu) are left out.
.PHONY: lock
lock:  ## Write constraints.txt from a fresh install of pyproject.toml
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@grep -E '^(torch|tensorflow)==' constraints.txt > build/lock/pins.txt
	@build/lock/bin/python -m pip install --quiet $(PIP_ARGS) --constraint build/lock/pins.txt \
	  --editable '.[notebooks,pytorch,tensorflow,test,site,book,lab,browser]'
	@{ echo '# The exact versions that the course was tested with. Made by `make lock` on Python' \
	     "$$(build/lock/bin/python -c 'import platform; print(platform.python_version())')."; \
	   build/lock/bin/python -m pip freeze --all --exclude pip --exclude-editable \
	     | grep -v -i -E '^(nvidia|cuda|triton)' | sed 's/+.*//' | LC_ALL=C sort -f; \
	 } > build/lock/constraints.txt
	@mv build/lock/constraints.txt constraints.txt && rm -rf build/lock
	@echo "Now give environment.yml the same versions; make test compares them."

.PHONY: clean
clean:  ## Remove the environments and all that was built
	@rm -rf .venv .venv-translator .venv-torchtext build dist .pytest_cache .ruff_cache .hypothesis
