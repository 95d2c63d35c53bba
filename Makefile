# Everything a fresh clone needs is Python >= 3.11 and make: each target first sets up $(VENV) with the tested set of
# packages (constraints.txt), and again whenever pyproject.toml, setup.py or constraints.txt change.
#
#   make test PYTHON=python3.12           another Python
#   make test ARGS="-k customer" JOBS=8   more arguments for the command, more processes for pytest
#
# Which build of torch is installed is pip's choice: on Linux its default index holds the CUDA build. For the smaller
# CPU build, or another CUDA, name PyTorch's wheel index for it (pytorch.org lists them):
#
#   PIP_EXTRA_INDEX_URL=<index> make test

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
ARGS ?=

BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup
# Eight of the 23 kinds of matter can be learnt in ten minutes; for all of them see docs/training.md.
MATTERS := {"difficulty": "easy", "kinds": ["order_status", "policy_question", "gift_card", "change_address", \
	"return_item", "late_delivery", "refund_status", "double_charge"]}

.DEFAULT_GOAL := help
.PHONY: help setup train test check lint format bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Create or renew the virtual environment (every other target does this by itself)

train: $(READY) ## The main job: train the tiny LLM policy on customer service, print the before/after table
	$(BIN)/python -m dialogue_gym train ppo --env dialogue_gym/CustomerService-v0 --env-kwargs '$(MATTERS)' \
		--log-dialogues 8000 --temperature 0.6 --lr 2e-4 --kl-coef 0.02 --dialogues 128 --num-processes 2 --minutes 9 $(ARGS)

test: $(READY) ## Run the whole test suite
	$(PYTEST) $(ARGS)

check: lint ## What a reviewer asks for: format, lint, types and the fast tests
	$(PYTEST) -m "not slow" $(ARGS)

lint: $(READY) ## Check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY) ## Rewrite the code in the project's format and fix what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure environment throughput against CartPole-v1
	$(BIN)/python benchmarks/env_throughput.py $(ARGS)

# Tests and benchmarks run one thread per process and never reach for the network.
test check bench: export OMP_NUM_THREADS = 1
test check: export HF_HUB_OFFLINE = 1

$(READY): pyproject.toml setup.py constraints.txt
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) not found. Name a Python >= 3.11: make PYTHON=/path/to/python3"; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit("dialogue_gym needs Python >= 3.11, but $(PYTHON) is %d.%d. Name another: make PYTHON=/path/to/python3" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]'
	@touch $@
