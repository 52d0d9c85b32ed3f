"""From a run's record to a plan of its process. Whatever can't be done is a LaunchError."""

from dataclasses import replace
from pathlib import Path

from local_glue.aws.clients import Credentials, client, own_credentials
from local_glue.aws.roles import RoleError, assume_role
from local_glue.runs.context import JobRun, RunContext, StagedRun
from local_glue.runs.files import LaunchError, download
from local_glue.runs.modules import preinstalled
from local_glue.runs.modules.environments import python_with_modules
from local_glue.runs.process.environment import run_environment
from local_glue.runs.process.process import LaunchPlan
from local_glue.runs.python_shell.plan import plan_pythonshell
from local_glue.runs.refusals import refuse_unsupported
from local_glue.runs.spark.buckets import region_properties
from local_glue.runs.spark.capacity import describe_fit, describe_workers, fitted
from local_glue.runs.spark.drivers.warm_driver import WarmDriver
from local_glue.runs.spark.plan import plan_spark
from local_glue.settings import Settings

_SESSION = "GlueJobRunnerSession"  # policies and messages name it


def plan_run(context: RunContext, driver: WarmDriver | None) -> LaunchPlan:
    """Assume the job's role, download its script and plan its process.

    Raises:
        LaunchError: the run can't be started, or nobody waits for it any more.
    """
    refuse_unsupported(context.run.definition, context.run.arguments)
    staged = _stage(context)
    if context.run.is_python_shell:
        return plan_pythonshell(staged)

    settings, scope = context.settings, context.scope
    own_s3 = client(settings, "s3", scope.region, own_credentials(settings, scope))
    regions = region_properties(own_s3, scope.region)
    return plan_spark(staged, regions, driver.gateway if driver else None)


def _stage(context: RunContext) -> StagedRun:
    """Assume the role, and get what comes with it: script, modules, environment."""
    settings, run, folder = context.settings, context.run, context.folder
    credentials = _assume_role(context)
    s3 = client(settings, "s3", context.scope.region, credentials)
    if context.own_script:
        script = context.own_script(folder)
    else:
        script = download(s3, run.script_location, folder.make("script"), "Command.ScriptLocation")

    with_preinstalled = replace(settings, job_python=preinstalled.python_for(context, script))
    python = python_with_modules(replace(context, settings=with_preinstalled), s3)
    settings = replace(fitted(settings, run.record), job_python=python)
    env = run_environment(settings, context.scope, credentials, folder)
    return StagedRun(context, settings, s3, env, script)


def _assume_role(context: RunContext) -> Credentials:
    run, settings = context.run, context.settings
    try:
        return assume_role(
            settings,
            context.scope,
            run.definition["Role"],
            _SESSION,
            run.timeout_minutes * settings.minute_seconds,
            run.record.get("ExecutionRoleSessionPolicy"),
        )
    except RoleError as error:
        raise LaunchError(f"{run.title} failed to execute with exception {error}") from error


def describe(settings: Settings, run: JobRun) -> str:
    """Return what stands in for Glue's own hardware and versions, as the first line of the error log."""
    if run.is_python_shell:
        wanted = f"Python {run.definition['Command'].get('PythonVersion', '3')} shell"
        return f"local Glue: {wanted} runs on {settings.job_python.resolve().name}, {settings.job_python}"
    return (
        f"local Glue: Glue {run.record.get('GlueVersion')} on {describe_workers(run.record)} runs on "
        f"Spark {_spark_version(settings)} {describe_fit(settings, run.record)}"
    )


def _spark_version(settings: Settings) -> str:
    """Read Spark's version off its jars; it may differ from the one of the Glue version asked for."""
    jars = (settings.spark_home or Path()).glob("jars/spark-core_*.jar")
    return next((jar.stem.rpartition("-")[2] for jar in jars), "of unknown version")
