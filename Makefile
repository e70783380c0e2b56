# python3 of 3.11 or later, and the package registries, are all that these need.
PYTHON ?= python3
export PORT RESET

.PHONY: demo test dev need-python

demo: need-python
	@$(PYTHON) tools/bootstrap.py demo

test: dev
	@.venv/bin/python tools/run_tests.py

dev: need-python
	@$(PYTHON) tools/bootstrap.py dev

need-python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed, and no $(PYTHON) was found."; exit 1; }
