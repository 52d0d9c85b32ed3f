# Every target is one line: it sets up what is missing and hands over to the command line in packages/glue-sandbox/.
PYTHON ?= python3
ENTRANCE = $(PYTHON) scripts/bootstrap.py
SANDBOX = $(EVEN_SO)@$(ENTRANCE)
# What each target takes beside the settings; scripts/make_slips.py refuses one at another target.
TAKES_status = JSON
TAKES_down = KEEP
TAKES_seed = FILE ROWS DAYS SEED REPLACE ANYWAY WATCH
TAKES_kpis = DATE RUN ALL
TAKES_rejected = RUN ALL
TAKES_runs = N FROM TO
TAKES_alerts = N
TAKES_metrics = N
TAKES_audit = JSON FROM TO TARGET
TAKES_recompute = FROM TO ALL
TAKES_run = JOB ARGS
TAKES_logs = S ALL RUN
TAKES_history = LOGS
TAKES_bookmark-show = JOB
TAKES_bookmark-set = JOB
TAKES_bookmark-reset = JOB RUN
TAKES_shell = S
TAKES_test = SUITES TARGET
TAKES_test-unit = TARGET
TAKES_test-service = TARGET
TAKES_test-e2e = TARGET
TAKES_soak = N
TAKES_chaos = N SEED
TAKES_bench = ONLY PART FILES
TAKES_images = IMAGE
TAKES_permissions = POLICY
TAKES_plan = TARGET
TAKES_promote = PLAN ACCEPT_LOSS FORCE BREAK_LOCK CONFIRM SMOKE_WAIT
TAKES_releases = TARGET
TAKES_rollback = TARGET RELEASE
SETTINGS = SANDBOX_HOME SANDBOX_STATE SANDBOX_PROJECT DATA_BUCKET ARTIFACT_BUCKET AIRFLOW_PASSWORD LOCALSTACK_AUTH_TOKEN \
	$(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' compose/local.env compose/images.env)
OF_OTHER_TOOLS = PYTHON ENTRANCE AWS_% DOCKER_% PIP_% UV_% %_PROXY %_proxy
TARGETS = help env setup demo up down status logs seed watch dashboard kpis rejected runs alerts metrics audit recompute run history bookmark-show bookmark-set bookmark-reset shell notebook notebook-report test test-unit test-service test-e2e soak chaos lint format bench glue-coverage permissions plan promote releases rollback doctor images locks clean
OPTIONS = $(sort $(foreach target,$(TARGETS),$(TAKES_$(target))))
export $(OPTIONS)

.DEFAULT_GOAL := help
.PHONY: $(TARGETS)

# A command that fails has said why: make adds no "Error 1" and ends with 1. That is what -q does, which runs only the
# lines that begin with + (EVEN_SO), and is silent about those that end with 1. After Ctrl-C, make ends by that itself.
.SHELLFLAGS = -c 'failed=1; trap failed=0 INT; eval "$$0" || exit $$failed'
unexport MAKEFLAGS MFLAGS
ifeq (,$(findstring n,$(firstword -$(MAKEFLAGS))))
MAKEFLAGS += -q
EVEN_SO := +
endif

# A typing slip must not do something else: with a stray word, a variable that no target typed takes, or one without a
# value, nothing runs.
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name)))
TAKEN = $(foreach target,$(MAKECMDGOALS),$(TAKES_$(target))) $(SETTINGS) $(OF_OTHER_TOOLS)
UNKNOWN := $(if $(GIVEN),$(filter-out $(TAKEN),$(GIVEN)))
VALUED := $(foreach name,$(GIVEN),$(if $(strip $(value $(name))),$(name)))
EMPTY := $(filter-out $(VALUED) $(UNKNOWN) $(OF_OTHER_TOOLS),$(GIVEN))
STRAY := $(filter-out $(TARGETS),$(MAKECMDGOALS))
ifneq ($(UNKNOWN)$(EMPTY)$(STRAY),)
quoted = '$(subst ','\'',$(1))'
SLIPS = $(UNKNOWN) $(EMPTY)
$(shell $(PYTHON) scripts/make_slips.py Makefile $(call quoted,$(MAKECMDGOALS)) $(call quoted,$(UNKNOWN)) \
	$(foreach name,$(SLIPS) $(filter-out $(SLIPS) $(OF_OTHER_TOOLS),$(GIVEN)),$(call quoted,$(name)=$(value $(name)))) >&2)
EVEN_SO :=
.DEFAULT:
	@:
endif

help: ## This list
	$(EVEN_SO)@$(PYTHON) scripts/make_help.py $(firstword $(MAKEFILE_LIST))

##@ Start
demo: ## First contact: start, deliver the sample, see its KPIs
	$(SANDBOX) demo
up: ## Start the sandbox (AIRFLOW_PORT= SANDBOX_PORT= SCHEDULE=)
	$(SANDBOX) up
status: ## State and address of every service (JSON=1)
	$(SANDBOX) status
down: ## Stop it; the data stays
	$(SANDBOX) down

##@ Use
seed: ## Deliver: the sample, FILE=my.csv, or generated ROWS=1000
	$(SANDBOX) seed $${FILE:+"$$FILE"}
watch: ## Follow the runs that are under way
	$(SANDBOX) watch
dashboard: ## The KPIs in your browser
	$(SANDBOX) dashboard
kpis: ## The KPI tables from DynamoDB (DATE= RUN= ALL=1)
	$(SANDBOX) kpis $${DATE:+--date "$$DATE"}
rejected: ## Refused files and rows, and why (RUN= ALL=1)
	$(SANDBOX) rejected
runs: ## History of runs; why one failed, what next (N= FROM= TO=)
	$(SANDBOX) runs $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"}
alerts: ## What people would have been told: the latest 5 (N=)
	$(SANDBOX) alerts
metrics: ## Files, rows, days, items, seconds over time (N= hours)
	$(SANDBOX) metrics
audit: ## Do files, ledger and KPIs agree? (FROM= TO= TARGET=dev)
	$(SANDBOX) audit $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"}
recompute: ## Compute days again: edited jobs, new songs (FROM= TO= ALL=1)
	$(SANDBOX) recompute $${FROM:+--from "$$FROM"} $${TO:+--to "$$TO"}

##@ Develop
run: ## Run one Glue job with your changes (JOB= ARGS=)
	$(SANDBOX) run
logs: ## Jobs' output and what is wrong, live (ALL=1 S= RUN=)
	$(SANDBOX) logs --follow $${S:+"$$S"}
history: ## Spark's history server on your jobs' event logs (LOGS=)
	$(SANDBOX) history
bookmark-show: ## What a job with bookmarks counts as read (JOB=)
	$(SANDBOX) bookmark show
bookmark-set: ## Count all files that are there now as read (JOB=)
	$(SANDBOX) bookmark set --now
bookmark-reset: ## Let a job read its input again (JOB= RUN=)
	$(SANDBOX) bookmark reset
shell: ## A shell inside a container (S=glue)
	$(SANDBOX) shell
notebook: ## JupyterLab on the data: the jobs' Spark and catalog
	$(SANDBOX) notebook
notebook-report: ## Run all cells; write them as pages of HTML
	$(SANDBOX) notebook-report
env: ## What a shell exports to use it with any AWS tool
	$(SANDBOX) env

##@ Prove
test: ## Everything that this machine can (SUITES="service e2e")
	$(SANDBOX) test $(SUITES)
test-unit: ## Rows in, rows out: no services
	$(SANDBOX) test unit
test-service: ## boto3 against the local Glue service
	$(SANDBOX) test service
test-e2e: ## Seed in, KPIs out, in a sandbox of its own
	$(SANDBOX) test e2e
soak: ## Random deliveries through the real jobs (N=20)
	$(SANDBOX) soak
chaos: ## Kills and AWS errors: nothing is lost or doubled (N=)
	$(SANDBOX) chaos
lint: ## Format, rules, types, spelling, shell, templates
	$(SANDBOX) lint
format: ## Format the Python code, and apply the safe fixes
	$(SANDBOX) format
bench: ## What it costs, beside its goals (ONLY=calculate PART=)
	$(SANDBOX) bench
glue-coverage: ## Which operations of the Glue API are built
	$(SANDBOX) glue coverage

##@ Promote
permissions: ## What roles may do beside what calls needed (POLICY=)
	$(SANDBOX) permissions
plan: ## What an environment of AWS would change to (TARGET=dev)
	$(SANDBOX) plan
promote: ## Do exactly what a plan says (PLAN=)
	$(SANDBOX) promote
releases: ## What was promoted, when, by whom (TARGET=dev)
	$(SANDBOX) releases
rollback: ## Plan the way back to an earlier release (TARGET= RELEASE=)
	$(SANDBOX) rollback

##@ Maintain
doctor: ## What this machine lacks, and what to type about it
	$(SANDBOX) doctor
setup: ## Only install what is needed, start nothing
	$(SANDBOX) setup
images: ## Build the slim images (IMAGE=glue for one)
	$(SANDBOX) images $${IMAGE:+"$$IMAGE"}
locks: ## Renew locks/*.txt from locks/*.in
	$(SANDBOX) locks
clean: ## Stop, and remove all the sandbox created
	$(SANDBOX) clean
