# Everything behind these words is Python: config/servers/.
PYTHON3 ?= python3
VENV = .venv/bin/python
BOOTSTRAP = $(PYTHON3) config/servers/bootstrap.py

ROWS ?= 1000000
GROWTH_TO ?= 0

.PHONY: env up dev test stop bench

env:  ## build .venv
	@$(BOOTSTRAP) requirements.lock

up: env  ## set up, load the demo, serve until Ctrl-C (PORT chooses the port)
	@$(VENV) -m config.servers up

dev: env  ## the same, restarting on every change
	@$(VENV) -m config.servers dev

stop: env  ## stop a running `make up` of this checkout
	@$(VENV) -m config.servers stop

test:  ## everything that CI runs
	@$(BOOTSTRAP) requirements-dev.lock
	@$(VENV) -m config.servers test

bench: env  ## measure how fast data come in, beside the goals (ROWS, ONLY, GROWTH_TO)
	@$(VENV) manage.py bench --rows $(ROWS) $(if $(ONLY),--only $(ONLY)) --growth-to $(GROWTH_TO)
