# Needs GNU make, Node 20.20 or later with npm, and the npm registry. All else is installed below this directory.
NODE_VERSION := 26.10.0
PNPM_VERSION := 12.21.0
# For make charts alone, and only where Go is there.
CHART_TOOLS := helm.sh/helm/v4/cmd/helm@v4.2.4 github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0 \
  golang.stackrox.io/kube-linter/cmd/kube-linter@v0.8.3

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# Ours first: the machine's node may be too old.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.tools/node_modules/.bin:$(CURDIR)/node_modules/.bin:$(PATH)
# What Node makes of the sources is kept between starts: a service is ready in two thirds of the time, and 25 MB smaller.
export NODE_COMPILE_CACHE := $(CURDIR)/.tools/compile-cache

tools := .tools/node-$(NODE_VERSION)-pnpm-$(PNPM_VERSION)
installed := node_modules/.installed
manifests := pnpm-lock.yaml pnpm-workspace.yaml package.json $(wildcard patches/*) \
  $(wildcard packages/*/package.json services/*/package.json otel/*/package.json */package.json)
vitest := vitest run $(VITEST_FLAGS)

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: install
install: $(installed) ## Install what is missing: Node where too old, pnpm, dependencies
	@echo "Everything is installed."

$(tools):
	@setup/install-tools.sh $(NODE_VERSION) $(PNPM_VERSION) $(CURDIR)/.tools
	@touch $@

# A lock file that does not fit the manifests is a mistake to be seen, so it is never rewritten here.
$(installed): $(tools) $(manifests)
	@echo "Installing dependencies…"
	@pnpm install --frozen-lockfile || { \
	  echo "The dependencies could not be installed. If the registry was not reached, check npm ping and npm config ls;" >&2; \
	  echo "if the lock file is out of date, run pnpm install and commit pnpm-lock.yaml. Then run make again." >&2; \
	  exit 1; }
	@touch $@

.PHONY: demo
demo: .sluice/demo/running ## Start everything on this machine and send a sample alert (ONCE=1: stop after its table)

# A file and not a phony target: when make alone is interrupted it tells its children nothing, but deletes the file it
# was making. The demo watches the file and stops when it goes. `FORCE` because the file never says "up to date".
.sluice/demo/running: $(installed) FORCE
	@{ mkdir -p $(@D) && touch $@; } 2>/dev/null || { \
	  echo "demo: .sluice belongs to another user: run make clean as that user, then make demo again." >&2; exit 1; }
	@exec node demo/src/run-demo.ts --while-exists $@

.PHONY: FORCE
FORCE:

.PHONY: jobs
jobs: $(installed) ## List the background jobs with their next and last runs (of the demo, unless SLUICE_URL is set)
	@SLUICE_ADMIN_TOKEN="$${SLUICE_ADMIN_TOKEN:-demo-admin}" node cli/src/main.ts jobs

.PHONY: run
run: $(installed) ## Run a background job now and wait for its outcome: make run JOB=price_cache
	@$(if $(JOB),,$(error say which job: make run JOB=price_cache; make jobs lists them))SLUICE_ADMIN_TOKEN="$${SLUICE_ADMIN_TOKEN:-demo-admin}" node cli/src/main.ts run '$(JOB)'

compose := docker compose -f otel/compose.yaml

.PHONY: stack
stack: ## Start everything in containers, with Collector, Loki and Grafana (needs Docker with compose; Ctrl-C stops it)
	@docker compose version >/dev/null 2>&1 || { echo "make stack needs Docker with its compose plugin; make demo needs neither." >&2; exit 1; }
	@$(compose) up --build

.PHONY: stack-clean
stack-clean: ## Stop the containers of make stack and forget their data
	@$(compose) down --volumes

.PHONY: compatibility
compatibility: $(installed) ## Run the previous release's services on this one's tables
	@setup/check-compatibility.sh

.PHONY: images
images: ## Build the image of every service, as sluice:<version> (BASE_IMAGE=… builds on another base)
	@docker version >/dev/null 2>&1 || { echo "make images needs a container engine that answers to docker." >&2; exit 1; }
	@setup/build-images.sh $(NODE_VERSION) $(PNPM_VERSION)

.PHONY: charts
charts: $(installed) ## Check the Helm chart: lint, golden files, templates, schemas (what Helm and Go are there for)
	@setup/install-chart-tools.sh $(CURDIR)/.tools/bin $(CHART_TOOLS)
	@charts/check.sh

.PHONY: charts-golden
charts-golden: $(installed) ## Write what the chart renders anew
	@setup/install-chart-tools.sh $(CURDIR)/.tools/bin $(firstword $(CHART_TOOLS))
	@node charts/src/golden-files.ts --write

.PHONY: charts-server
charts-server: $(installed) ## Have the API server of KUBECONFIG check each value set, without changing anything
	@setup/install-chart-tools.sh $(CURDIR)/.tools/bin $(firstword $(CHART_TOOLS))
	@charts/check-by-server.sh

.PHONY: test
test: types lint ## Types, lint, and every test but the long ones
	@$(vitest) --project unit --project db --project integration --project alone

.PHONY: check
check: types lint boundaries dead-code generated scan ## Types, lint, format, import boundaries, dead code, generated files, secrets

.PHONY: types
types: $(installed) ## Check types
	@echo "types"
	@tsc -p tsconfig.json

.PHONY: lint
lint: $(installed) ## Check lint rules, format and the order of imports
	@echo "lint"
# Without being told, Biome colours a pipe too, letter by letter.
	@if [ -t 1 ]; then colors=force; else colors=off; fi; biome ci --error-on-warnings --colors=$$colors .

.PHONY: format
format: $(installed) ## Write the format and what lint can repair
	@biome check --write .

.PHONY: boundaries
boundaries: $(installed) ## Check that imports go the allowed way
	@echo "import boundaries"
	@depcruise --config checks/src/import-boundaries.mjs packages services otel cli demo checks test-integration bench

.PHONY: dead-code
dead-code: $(installed) ## Find files, exports and dependencies nothing uses
	@echo "dead code"
	@knip

.PHONY: generated
generated: $(installed) ## Check that generated files are what their sources say
	@echo "generated files"
	@node checks/src/generated-files.ts

.PHONY: generate
generate: $(installed) ## Write the generated files anew
	@node checks/src/generated-files.ts --write

.PHONY: scan
scan: $(installed) ## Find secrets, machine paths and registry addresses in tracked files
	@echo "scan"
	@node checks/src/scan-tracked-files.ts

.PHONY: unit
unit: $(installed) ## Tests without a database
	@$(vitest) --project unit

.PHONY: integration
integration: $(installed) ## Tests on a real Postgres, and on whole services
	@$(vitest) --project db --project integration --project alone

.PHONY: venue-check
venue-check: $(installed) ## Check an adapter against the exchange's sandbox: make venue-check VENUE=binance-spot (API_KEY, API_SECRET)
	@VENUE='$(VENUE)' node packages/exchange/src/contract/venue-check.ts

.PHONY: soak
soak: $(installed) ## The long runs under load and kills (SOAK=rollout: those whose file name has it; SLUICE_IMAGE=…: in containers)
	@$(if $(SLUICE_IMAGE),setup/check-image.sh '$(SLUICE_IMAGE)' && )$(vitest) --project soak $(SOAK)

.PHONY: bench
bench: $(installed) ## Measure, each figure beside this machine's floor; writes bench/results.json
	@node bench/src/run.ts $(BENCH_FLAGS)

.PHONY: clean
clean: ## Forget the demo's data, logs and results; what is installed stays
	@demo/forget.sh .sluice
	@rm -f bench/results.json
