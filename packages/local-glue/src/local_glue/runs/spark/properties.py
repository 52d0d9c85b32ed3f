"""Spark's properties of one run, and the file that spark-submit reads them from."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_glue.runs.files import LaunchError, RunFolder, write_private
from local_glue.runs.spark.installation import CLASS_PATHS, Installation
from local_glue.runs.spark.jvm import java_options
from local_glue.runs.spark.master import master_properties
from local_glue.settings import Settings

_S3A = "spark.hadoop.fs.s3a."


def run_properties(
    settings: Settings,
    installation: Installation,
    folder: RunFolder,
    env: Mapping[str, str],
    extra_jars: list[Path],
    arguments: Mapping[str, str],
    own_jars: Sequence[Path] = (),
) -> dict[str, str]:
    """Return what every run is started with, above what the installation sets by itself.

    Of the jars, Glue's own come before the job's, unless the job wants its own first.
    """
    return {
        **installation.defaults,
        **master_properties(settings, env),
        **_class_path(
            installation, own_jars, extra_jars, are_first=arguments.get("--user-jars-first") == "true"
        ),
        **_shipped_jars(extra_jars if settings.is_local else [*own_jars, *extra_jars]),
        **_s3(settings, installation, env),
        "spark.pyspark.python": str(settings.worker_python),
        "spark.pyspark.driver.python": str(settings.job_python),
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.extraJavaOptions": java_options(settings, installation, folder),
        "spark.sql.warehouse.dir": str(folder.path / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        # Sized for what is there: 200 partitions of a few rows each cost more than the work in them.
        "spark.sql.shuffle.partitions": str(settings.cores * settings.executors * 2),
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.sources.partitionOverwriteMode": "dynamic",
        "spark.eventLog.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        # Hadoop gives local files its own modes, whatever the process's umask says.
        "spark.hadoop.fs.permissions.umask-mode": "077",
        # Glue's committers leave no _SUCCESS beside the data.
        "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    }


def write_properties(properties: Mapping[str, str], folder: RunFolder) -> Path:
    """Write them for spark-submit, readable for their owner only: executors' credentials are among them."""
    lines = (f"{name} {_escape(value)}\n" for name, value in properties.items())
    return write_private(folder.make("conf") / "spark.properties", "".join(lines))


def parse_conf(text: str) -> dict[str, str]:
    """Read Glue's `--conf`: one value that may hold more, as `a=1 --conf b=2`.

    Raises:
        LaunchError: a part is no setting of Spark.
    """
    settings: dict[str, str] = {}
    for part in re.split(r"\s+--conf\s+|\s*,\s*(?=spark\.)", text.strip()):
        if not part:
            continue
        name, equals, value = part.partition("=")
        if not equals or not name.strip().startswith("spark."):
            raise LaunchError(
                f"--conf takes spark.name=value, more of them joined by ' --conf ', found {part!r}."
            )
        settings[name.strip()] = value.strip()
    return settings


def _class_path(
    installation: Installation, own_jars: Sequence[Path], extra_jars: list[Path], *, are_first: bool
) -> dict[str, str]:
    jars, extra = [f"{installation.jars}/*"] if installation.jars else [], list(map(str, extra_jars))
    if own_jars:  # they bundle what Spark has, too, such as a Log4j that talks on stdout: Spark's comes first
        jars += [f"{installation.home}/jars/*", *map(str, own_jars)]
    if not jars and not extra:
        return {}
    properties = {}
    for name in CLASS_PATHS:
        given = [installation.defaults.get(name, ""), *jars]
        given = [*extra, *given] if are_first else [*given, *extra]
        properties[name] = os.pathsep.join(filter(None, given))
    return properties


def _shipped_jars(jars: list[Path]) -> dict[str, str]:
    """Return what Spark copies to each executor, also to the one inside of the driver."""
    return {"spark.jars": ",".join(map(str, jars))} if jars else {}


def _s3(settings: Settings, installation: Installation, env: Mapping[str, str]) -> dict[str, str]:
    """Return both of Glue's ways to write a location.

    Credentials are the environment's, on executors too; a driver JVM that waited has them as system
    properties. S3A's own provider for temporary ones fails now and then when two tasks ask it at once.
    """
    package, of_java = (
        ("software.amazon.awssdk.auth.credentials", "SystemProperty")
        if installation.has_aws_sdk_2
        else ("com.amazonaws.auth", "SystemProperties")
    )
    providers = (f"{package}.{where}CredentialsProvider" for where in (of_java, "EnvironmentVariable"))
    return {
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.AbstractFileSystem.s3.impl": "org.apache.hadoop.fs.s3a.S3A",
        f"{_S3A}endpoint": settings.emulator_url,
        f"{_S3A}endpoint.region": env.get("AWS_REGION", settings.region),
        f"{_S3A}path.style.access": "true",
        f"{_S3A}connection.ssl.enabled": str(settings.emulator_url.startswith("https")).lower(),
        f"{_S3A}aws.credentials.provider": ",".join(providers),
        f"{_S3A}change.detection.mode": "none",
    }


def _escape(value: str) -> str:
    """Escape a value of a Java properties file."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")
