"""From a run's record to a plan of its process. Whatever can't be done is a LaunchError."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from local_glue.api.glue_api_model import Json
from local_glue.aws.clients import client, own_credentials
from local_glue.aws.roles import RoleError, assume_role
from local_glue.runs.arguments import merge, to_argv
from local_glue.runs.files import LaunchError, RunFolder, download
from local_glue.runs.modules.environments import python_with_modules
from local_glue.runs.process.environment import run_environment
from local_glue.runs.process.process import LaunchPlan
from local_glue.runs.python_shell.plan import plan_pythonshell
from local_glue.runs.refusals import refuse_unsupported
from local_glue.runs.spark.buckets import region_properties
from local_glue.runs.spark.capacity import describe_fit, describe_workers, fitted
from local_glue.runs.spark.driver import WarmDriver
from local_glue.runs.spark.plan import plan_spark
from local_glue.settings import Settings
from local_glue.store import Scope

_SESSION = "GlueJobRunnerSession"  # policies and messages name it


def plan_run(
    settings: Settings,
    scope: Scope,
    run: Json,
    folder: RunFolder,
    driver: WarmDriver | None,
    is_wanted: Callable[[], bool],
    opened: ExitStack,
) -> LaunchPlan:
    """Assume the job's role, download its script and plan its process; gives up when no longer wanted."""
    job = run["Definition"]
    arguments = merge(job, run["Arguments"])
    refuse_unsupported(job, arguments)
    try:
        credentials = assume_role(
            settings,
            scope,
            job["Role"],
            _SESSION,
            run["Timeout"] * settings.minute_seconds,
            run.get("ExecutionRoleSessionPolicy"),
        )
    except RoleError as error:
        raise LaunchError(
            f"JobName:{run['JobName']} and JobRunId:{run['Id']} failed to execute with exception {error}"
        ) from error
    s3 = client(settings, "s3", scope.region, credentials)
    location = arguments.get("--scriptLocation") or job["Command"].get("ScriptLocation", "")
    script = download(s3, location, folder.make("script"), "Command.ScriptLocation")
    settings = replace(
        fitted(settings, run), job_python=python_with_modules(settings, s3, folder, arguments, is_wanted)
    )
    env = run_environment(settings, scope, credentials, folder)
    argv = to_argv(run, arguments)
    if job["Command"]["Name"] == "pythonshell":
        return plan_pythonshell(settings, s3, folder, script, argv, arguments, env)
    gateway = driver.gateway if driver else None
    own_s3 = client(settings, "s3", scope.region, own_credentials(settings, scope))
    regions = region_properties(own_s3, scope.region)
    return plan_spark(settings, s3, folder, script, argv, arguments, env, regions, gateway, opened)


def describe(settings: Settings, run: Json) -> str:
    """Say what stands in for Glue's own hardware and versions, as the first line of the error log."""
    if run["Definition"]["Command"]["Name"] == "pythonshell":
        wanted = f"Python {run['Definition']['Command'].get('PythonVersion', '3')} shell"
        return f"local Glue: {wanted} runs on {settings.job_python.resolve().name}, {settings.job_python}"
    return (
        f"local Glue: Glue {run.get('GlueVersion')} on {describe_workers(run)} runs on "
        f"Spark {_spark_version(settings)} {describe_fit(settings, run)}"
    )


def _spark_version(settings: Settings) -> str:
    """Read Spark's version off its jars; it may differ from the one of the Glue version asked for."""
    jars = (settings.spark_home or Path()).glob("jars/spark-core_*.jar")
    return next((jar.stem.rpartition("-")[2] for jar in jars), "of unknown version")
