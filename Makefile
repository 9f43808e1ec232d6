# Usher. `make help` lists what can be done.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
APP := .venv/app/bin/python
BOT := .venv/bot/bin/python
PORT ?= 8000
CASES ?= ../shared/cases
ONLY ?=
export PORT

.PHONY: help run test test-app test-bot check format train cases bench widget pictures lock environments servers clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## install, train if needed, and start everything; PORT=… moves it
	@$(PYTHON) -m run.environments bot app
	@exec $(APP) -m run.start

test: environments servers test-bot test-app ## run every test (installs what is missing)

test-bot:
	$(BOT) -m pytest -q -c tests/bot_environment/pytest.ini tests/bot_environment

# first what can run side by side, then the whole stack beside the widget in a browser; what
# failed is tried once more: a fault that is real fails again, a noisy machine does not
AGAIN := --last-failed --last-failed-no-failures none
test-app:
	$(APP) -m pytest -q -n 2 -m "not stack and not browser" || $(APP) -m pytest -q $(AGAIN) -m "not stack and not browser"
	$(APP) -m pytest -q -n 2 --dist loadgroup -m "stack or browser" || $(APP) -m pytest -q $(AGAIN) -m "stack or browser"

check: environments ## format, lint, types, import contracts, architecture tests
	$(APP) -m ruff format --check .
	$(APP) -m ruff check .
	$(APP) -m mypy
	.venv/app/bin/lint-imports --no-cache
	$(APP) -m pytest -q tests/architecture

format: ## format the code
	$(APP) -m ruff format .
	$(APP) -m ruff check --fix .

train: environments ## train the bot, if its data changed
	$(BOT) -m bot.train

cases: environments ## run the outside cases: CASES=DIR ONLY=dialogues,language,calendars VERBOSE=1 JSON=1
	@$(APP) -m tests.cases --cases "$(CASES)" --only "$(ONLY)" $(if $(VERBOSE),--verbose) $(if $(JSON),--json)

bench: environments ## run the benchmarks, each beside its peer: ONLY=turn,nlu,…
	$(APP) -m benchmarks $(ONLY)

widget: ## build the widget's files (needs Node; the built files are committed)
	cd widget && npm ci --no-audit --no-fund && npm run build

pictures: environments ## pictures of every state of the widget, to be looked at: FOLDER=…
	$(APP) -m tests.widget.screenshots "$(or $(FOLDER),/tmp/usher-pictures)"

lock: ## lock the requirements anew (with hashes, no addresses)
	@$(PYTHON) -m run.environments
	.venv/uv/bin/uv pip compile -q --no-config --universal --generate-hashes --python-version 3.12 requirements/app.in -o requirements/app.txt
	.venv/uv/bin/uv pip compile -q --no-config --universal --generate-hashes --python-version 3.12 -c requirements/app.txt requirements/dev.in -o requirements/dev.txt
	.venv/uv/bin/uv pip compile -q --no-config --generate-hashes --python-version 3.10 requirements/bot.in -o requirements/bot.txt
	.venv/uv/bin/uv pip compile -q --no-config --universal --generate-hashes --python-version 3.9 requirements/uv.in -o requirements/uv.txt

environments:
	@$(PYTHON) -m run.environments bot dev

servers:
	@$(PYTHON) -m run.servers

clean: ## remove the environments (never var/, which holds your data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
