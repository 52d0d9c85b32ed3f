# Every target is one line: it sets up what is missing and hands over to the command line in packages/glue-sandbox/.
PYTHON ?= python3
SANDBOX = @$(PYTHON) scripts/bootstrap.py
OPTIONS = KEEP CLUSTER IMAGES EMULATOR IMAGE FILE ROWS DAYS SEED JOB ARGS DATE FROM TO S N MODE JSON LOGS TARGET PART FILES REPLACE ANYWAY RUN ALL WATCH SUITES
SETTINGS = SANDBOX_HOME SANDBOX_STATE SANDBOX_PROJECT DATA_BUCKET ARTIFACT_BUCKET AIRFLOW_PASSWORD LOCALSTACK_AUTH_TOKEN \
	$(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' compose/local.env compose/images.env)
OF_OTHER_TOOLS = PYTHON SANDBOX AWS_% DOCKER_% PIP_% UV_% %_PROXY %_proxy
TARGETS = help env setup demo up down status logs seed watch kpis rejected runs audit recompute run history shell test test-unit test-service test-e2e soak chaos lint format bench glue-coverage doctor images locks clean
export $(OPTIONS)

.DEFAULT_GOAL := help
.PHONY: $(TARGETS)

# A typing slip must not do something else: with an unknown variable or a stray word nothing runs. What was meant is
# said here, so make itself says nothing more (-q) and ends with 1.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
UNKNOWN := $(if $(GIVEN),$(filter-out $(OPTIONS) $(SETTINGS) $(OF_OTHER_TOOLS),$(GIVEN)))
STRAY := $(filter-out $(TARGETS),$(MAKECMDGOALS))
ifneq ($(UNKNOWN)$(STRAY),)
quoted = '$(subst ','\'',$(1))'
$(shell $(PYTHON) scripts/make_slips.py Makefile $(call quoted,$(MAKECMDGOALS)) \
	$(foreach name,$(UNKNOWN) $(filter-out $(UNKNOWN),$(GIVEN)),$(call quoted,$(name)=$(value $(name)))) >&2)
MAKEFLAGS += -q
.DEFAULT:
	@:
endif

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
demo: ## First contact: set up, start, seed the sample, watch the run, see the KPIs (1 to 4 min)
	$(SANDBOX) demo
up: ## Start the sandbox (AIRFLOW_PORT= SANDBOX_PORT= EMULATOR_PORT= SCHEDULE=)
	$(SANDBOX) up
down: ## Stop it; the data stays
	$(SANDBOX) down
status: ## State and address of every service (JSON=1 for scripts: make -s status JSON=1)
	$(SANDBOX) status $(if $(JSON),--json)
logs: ## The services' logs, live (S=glue for one of them)
	$(SANDBOX) logs --follow $${S:+"$$S"}
seed: ## Deliver the sample, your own CSVs (FILE=path REPLACE=1 ANYWAY=1) or generated ones (ROWS= DAYS= SEED=), and follow the run (WATCH=0: not)
	$(SANDBOX) seed $${FILE:+"$$FILE"}
watch: ## Follow the runs that are under way
	$(SANDBOX) watch
kpis: ## The KPI tables from DynamoDB (DATE=2024-06-25 RUN= ALL=1)
	$(SANDBOX) kpis $${DATE:+--date "$$DATE"}
rejected: ## Refused files and rows: file, row, reason (RUN= ALL=1)
	$(SANDBOX) rejected
runs: ## History of runs; which step failed, why, and what happens next (N=50 FROM=2024-06-25 TO=)
	$(SANDBOX) runs $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"}
audit: ## Do files, ledger, curated listens and KPI tables agree? (FROM= TO= TARGET=aws; make -s audit JSON=1)
	$(SANDBOX) audit $(if $(JSON),--json) $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"} $${TARGET:+--target "$$TARGET"}
recompute: ## Compute days again with the present songs (FROM=2024-06-25 TO=2024-06-27)
	$(SANDBOX) recompute $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"}
run: ## Run one Glue job with your changes and stream its log (JOB=calculate_metrics_etl ARGS="--batch_id x")
	$(SANDBOX) run
history: ## Spark's history server on the event logs of your jobs (LOGS=s3://bucket/prefix/)
	$(SANDBOX) history
shell: ## A shell inside a container (S=glue: spark-submit and the job scripts are at hand)
	$(SANDBOX) shell
env: ## What a shell exports to use it with any AWS tool: eval "$$(make -s env)"
	$(SANDBOX) env
test: ## Everything that can be proven on this machine (SUITES="service e2e" for some of it)
	$(SANDBOX) test $(SUITES)
test-unit: ## Rows in, rows out: no services
	$(SANDBOX) test unit
test-service: ## boto3 against the local Glue service
	$(SANDBOX) test service
test-e2e: ## Seed in, KPIs out, in a sandbox of its own
	$(SANDBOX) test e2e
soak: ## Random deliveries through the real jobs, from many seeds (N=20)
	$(SANDBOX) soak
chaos: ## Kills and AWS errors over a stream of deliveries: nothing lost, nothing doubled (N=200 SEED=1)
	$(SANDBOX) chaos
lint: ## Format, rules, types, imports, spelling, shell, Dockerfiles, templates
	$(SANDBOX) lint
format: ## Format the Python code, and apply the fixes that are safe
	$(SANDBOX) format
bench: ## Times, growth with history, many files at once, containers (PART=times, growth, files, containers, images; FILES=10000)
	$(SANDBOX) bench
glue-coverage: ## Which operations of the Glue API are built
	$(SANDBOX) glue coverage
doctor: ## What this machine lacks, and what to type about it
	$(SANDBOX) doctor
setup: ## Only install what is needed, start nothing
	$(SANDBOX) setup
images: ## Build the slim images, from Debian, PyPI and Maven Central (IMAGE=glue for one)
	$(SANDBOX) images $${IMAGE:+"$$IMAGE"}
locks: ## Renew locks/*.txt from locks/*.in
	$(SANDBOX) locks
clean: ## Stop, and remove all the sandbox created
	$(SANDBOX) clean
