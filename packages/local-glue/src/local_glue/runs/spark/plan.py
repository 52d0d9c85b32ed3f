"""Launch plan of a Spark job: spark-submit with a properties file, as Glue's own driver has it."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from local_glue.runs.arguments.arguments import to_argv
from local_glue.runs.context import StagedRun
from local_glue.runs.files import RunFolder, download_all, locations
from local_glue.runs.process.process import LaunchPlan, script_command
from local_glue.runs.python_shell.plan import module_path
from local_glue.runs.spark.awsglue_path import awsglue_path, refuse_bookmarks
from local_glue.runs.spark.data_catalog import data_catalog_properties
from local_glue.runs.spark.datalake_formats import OPTION as DATALAKE_FORMATS
from local_glue.runs.spark.datalake_formats import format_jars, formats_of, python_path
from local_glue.runs.spark.event_log import event_log_properties
from local_glue.runs.spark.installation import Installation, find_installation
from local_glue.runs.spark.jvm import conf_dir
from local_glue.runs.spark.master import fixed_properties, listening_address
from local_glue.runs.spark.properties import parse_conf, run_properties, write_properties
from local_glue.runs.spark.shipping import shipped_properties
from local_glue.settings import Settings

_ATTACH = Path(__file__).parent / "drivers" / "attach.py"
# What a JVM takes at its start only, and spark-submit does before it starts one.
_OF_THE_JVM = re.compile(
    r"spark\.(driver\.(memory|memoryOverhead\w*|extra\w+|defaultJavaOptions|userClassPathFirst)|jars.*|submit\..*|pyspark\..*)"
)


def plan_spark(
    staged: StagedRun, bucket_regions: Mapping[str, str], gateway: Mapping[str, str] | None
) -> LaunchPlan:
    """Download what the job names, write Spark's properties and plan its process.

    With a gateway: the process of the script alone, attached to the JVM that waits behind it.
    """
    settings, s3, script = staged.settings, staged.s3, staged.script
    run, folder = staged.context.run, staged.context.folder
    arguments = run.arguments
    installation = find_installation(settings)
    refuse_bookmarks(installation, arguments)

    cwd = folder.make("work")
    extra_files = download_all(s3, locations(arguments, "--extra-files"), cwd, "--extra-files")
    extra_jars = download_all(s3, locations(arguments, "--extra-jars"), folder.make("jars"), "--extra-jars")
    modules = module_path(s3, folder, arguments)
    own_jars = format_jars(staged.context, installation)

    properties = {
        # spark-submit names an application after its script; a driver JVM that waits does not know it.
        "spark.app.name": script.name,
        **run_properties(settings, installation, folder, staged.env, extra_jars, arguments, own_jars),
        **bucket_regions,
        **({} if settings.is_local else shipped_properties(settings, modules, extra_files, folder)),
        **event_log_properties(s3, arguments),
        **data_catalog_properties(staged, installation),
        **parse_conf(arguments.get("--conf", "")),
        **fixed_properties(settings),
    }
    file = write_properties(properties, folder)

    env = {**staged.env, **_spark_environment(settings, installation, folder)}
    packages = [*modules, *python_path(own_jars), *awsglue_path(installation)]
    env["PYTHONPATH"] = os.pathsep.join([*packages, *_own_python_path(settings, installation)])

    command = script_command(folder, script, to_argv(run.record, arguments))
    if gateway is None:
        return LaunchPlan([*_submit(installation, file), *command], env, cwd)

    attached = [str(settings.job_python), str(_ATTACH), str(file), *command]
    return LaunchPlan(attached, {**env, **gateway}, cwd)


def plan_driver(settings: Settings, folder: RunFolder, env: dict[str, str], connection: Path) -> LaunchPlan:
    """Plan a JVM that waits for a script; it writes to `connection` how to reach it.

    It warms up on threads of its own, wherever the run's tasks will be.
    """
    installation = find_installation(settings)
    properties = run_properties(replace(settings, spark_master=None), installation, folder, {}, [], {})
    command = [*_submit(installation, write_properties(properties, folder)), "pyspark-shell"]
    waiting = plan_waiting(settings, folder, env, script=Path())
    variables = {**waiting.env, "_PYSPARK_DRIVER_CONN_INFO_PATH": str(connection)}
    return LaunchPlan(command, variables, waiting.cwd)


def plan_waiting(settings: Settings, folder: RunFolder, env: dict[str, str], script: Path) -> LaunchPlan:
    """Plan a Python beside such a JVM, which is there before its run."""
    installation = find_installation(settings)
    variables = {
        **_spark_environment(settings, installation, folder),
        "PYTHONPATH": os.pathsep.join(_own_python_path(settings, installation)),
    }
    return LaunchPlan([str(settings.job_python), str(script)], {**env, **variables}, folder.make("work"))


def needs_own_jvm(arguments: Mapping[str, str]) -> str | None:
    """Return what of a run's arguments a JVM that is already started can't give it, if anything.

    Raises:
        LaunchError: an argument has a value that nothing can be made of.
    """
    if arguments.get("--extra-jars"):
        return "--extra-jars"
    if formats_of(arguments):
        return DATALAKE_FORMATS
    return next(filter(_OF_THE_JVM.fullmatch, parse_conf(arguments.get("--conf", ""))), None)


def _submit(installation: Installation, properties_file: Path) -> list[str]:
    return [str(installation.home / "bin" / "spark-submit"), "--properties-file", str(properties_file)]


def _own_python_path(settings: Settings, installation: Installation) -> list[str]:
    return [*installation.python_path, *filter(None, settings.job_python_path.split(os.pathsep))]


def _spark_environment(settings: Settings, installation: Installation, folder: RunFolder) -> dict[str, str]:
    env = {
        "SPARK_HOME": str(installation.home),
        "SPARK_LOCAL_DIRS": str(folder.make("tmp")),
        "SPARK_LOCAL_IP": listening_address(settings),
        "SPARK_LAUNCHER_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYSPARK_PYTHON": str(settings.worker_python),
        "PYSPARK_DRIVER_PYTHON": str(settings.job_python),
        # As spark-submit sets it: hashes must be the same in the script and in its workers.
        "PYTHONHASHSEED": "0",
    }
    if installation.jars:
        env["SPARK_CONF_DIR"] = str(conf_dir(settings))
    return env
