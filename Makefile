PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check fmt bootstrap install migrate demo bench drill requirements schema audit sbom

help: ## what can be typed
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 22

run: ## everything on this machine, with demonstration data; PORT=8000
	@$(PYTHON) -m dev run

test: ## all tests on real services, in two processes; ARGS="tests/units -n 0"
	@$(PYTHON) -m dev test $(ARGS)

check: ## lint, format, types, layers, dead code, Django's checks, missing migrations
	@$(PYTHON) -m dev check

fmt: ## format the source
	@$(PYTHON) -m dev fmt

bootstrap: ## only install what the machine lacks
	@$(PYTHON) -m dev bootstrap

install: ## only what serving the product needs; see docs/operating.md
	@$(PYTHON) -m dev install

migrate: ## migrate the database of make run; ARGS="units zero"
	@$(PYTHON) -m dev migrate $(ARGS)

demo: ## replace the register of make run by N=5000 invented units
	@$(PYTHON) -m dev demo

bench: ## the table of figures; ONLY=tiles N=245000
	@$(PYTHON) -m dev bench $(ARGS)

drill: ## lose a database amid reports and restore it from its archive
	@$(PYTHON) -m dev drill $(ARGS)

requirements: ## compile requirements/*.in to locked *.txt
	@$(PYTHON) -m dev requirements

audit: ## known weaknesses of the packages, where their registries answer
	@$(PYTHON) -m dev audit

sbom: ## write .local/sbom.cdx.json, the bill of materials (CycloneDX)
	@$(PYTHON) -m dev sbom

schema: ## write docs/openapi.yaml from the code
	@$(PYTHON) -m dev schema
