"""Launch plan of a Spark job: spark-submit with a properties file, as Glue's own driver has it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_service.runs.awsglue_path import awsglue_path
from local_service.runs.event_log import event_log_properties
from local_service.runs.files import LaunchError, RunFolder, download_all, locations
from local_service.runs.jvm import conf_dir, java_options
from local_service.runs.process import LaunchPlan
from local_service.runs.pythonshell import module_path
from local_service.settings import Settings

if TYPE_CHECKING:
    from local_service.runs.driver import SpareDriver

_ATTACH = Path(__file__).with_name("attach.py")
# What a JVM takes at its start only, and spark-submit does before it starts one.
_OF_THE_JVM = re.compile(
    r"spark\.(driver\.(memory|memoryOverhead\w*|extra\w+|defaultJavaOptions|userClassPathFirst)|jars.*|submit\..*|pyspark\..*)"
)


def plan_spark(
    settings: Settings,
    region: str,
    s3: Any,
    folder: RunFolder,
    script: Path,
    argv: list[str],
    arguments: Mapping[str, str],
    env: dict[str, str],
    driver: "SpareDriver | None",
) -> LaunchPlan:
    """Download what the job names, write Spark's properties and plan its process.

    With a driver: that of the script alone, attached to the JVM that waits for it.
    """
    home, jars = _installed(settings)
    cwd = folder.make("work")
    download_all(s3, locations(arguments, "--extra-files"), cwd, "--extra-files")
    extra_jars = download_all(s3, locations(arguments, "--extra-jars"), folder.make("jars"), "--extra-jars")
    python_path = [*module_path(s3, folder, arguments), *awsglue_path(settings)]
    properties = {
        **_properties(settings, region, folder, jars, extra_jars, arguments),
        **event_log_properties(s3, arguments),
        **parse_conf(arguments.get("--conf", "")),
    }
    env = {**env, **_spark_environment(settings, home, folder), "PYTHONPATH": os.pathsep.join(python_path)}
    if driver is None:
        properties_file = _write(properties, folder)
        return LaunchPlan([*_submit(home, properties_file), str(script), *argv], env, cwd)
    command = [str(settings.job_python), str(_ATTACH), str(_write(properties, folder)), str(script), *argv]
    return LaunchPlan(command, {**env, **driver.gateway}, cwd)


def plan_driver(settings: Settings, folder: RunFolder, env: dict[str, str], connection: Path) -> LaunchPlan:
    """Plan a JVM that waits for a script; it writes to `connection` how to reach it."""
    home, jars = _installed(settings)
    properties = _properties(settings, settings.region, folder, jars, [], {})
    command = [*_submit(home, _write(properties, folder)), "pyspark-shell"]
    variables = {
        **_spark_environment(settings, home, folder),
        "_PYSPARK_DRIVER_CONN_INFO_PATH": str(connection),
    }
    return LaunchPlan(command, {**env, **variables}, folder.make("work"))


def needs_own_jvm(arguments: Mapping[str, str]) -> str | None:
    """Say what of a run's arguments a JVM that is already started can't give it, if anything."""
    if arguments.get("--extra-jars"):
        return "--extra-jars"
    return next(filter(_OF_THE_JVM.fullmatch, parse_conf(arguments.get("--conf", ""))), None)


def _submit(home: Path, properties_file: Path) -> list[str]:
    return [str(home / "bin" / "spark-submit"), "--properties-file", str(properties_file)]


def _write(properties: Mapping[str, str], folder: RunFolder) -> Path:
    path = folder.make("conf") / "spark.properties"
    path.write_text("".join(f"{name} {_escape(value)}\n" for name, value in properties.items()))
    return path


def _spark_environment(settings: Settings, home: Path, folder: RunFolder) -> dict[str, str]:
    return {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(conf_dir(settings)),
        "SPARK_LOCAL_DIRS": str(folder.make("tmp")),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LAUNCHER_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "PYSPARK_PYTHON": str(settings.job_python),
        "PYSPARK_DRIVER_PYTHON": str(settings.job_python),
        # As spark-submit sets it: hashes must be the same in the script and in its workers.
        "PYTHONHASHSEED": "0",
    }


def parse_conf(text: str) -> dict[str, str]:
    """Read Glue's `--conf`: one value that may hold more, as `a=1 --conf b=2`."""
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


def _installed(settings: Settings) -> tuple[Path, Path]:
    if not settings.spark_home or not (settings.spark_home / "bin" / "spark-submit").exists():
        raise LaunchError(f"GLUE_SPARK_HOME holds no Spark: {settings.spark_home}. Run `make doctor`.")
    if not settings.spark_jars or not any(settings.spark_jars.glob("hadoop-aws-*.jar")):
        raise LaunchError(f"GLUE_SPARK_JARS holds no hadoop-aws: {settings.spark_jars}. Run `make doctor`.")
    return settings.spark_home, settings.spark_jars


def _properties(
    settings: Settings,
    region: str,
    folder: RunFolder,
    jars: Path,
    extra_jars: list[Path],
    arguments: Mapping[str, str],
) -> dict[str, str]:
    class_path = os.pathsep.join([f"{jars}/*", *map(str, extra_jars)])
    s3a = "spark.hadoop.fs.s3a."
    properties = {
        "spark.master": f"local[{settings.cores}]",
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": java_options(settings, folder),
        "spark.driver.extraClassPath": class_path,
        "spark.executor.extraClassPath": class_path,
        "spark.sql.warehouse.dir": str(folder.path / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        # Sized for one machine: 200 partitions of a few rows each cost more than the work in them.
        "spark.sql.shuffle.partitions": str(settings.cores * 2),
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.sources.partitionOverwriteMode": "dynamic",
        "spark.ui.enabled": str(arguments.get("--enable-spark-ui") == "true").lower(),
        "spark.ui.showConsoleProgress": "false",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.AbstractFileSystem.s3.impl": "org.apache.hadoop.fs.s3a.S3A",
        s3a + "endpoint": settings.emulator_url,
        s3a + "endpoint.region": region,
        s3a + "path.style.access": "true",
        s3a + "connection.ssl.enabled": str(settings.emulator_url.startswith("https")).lower(),
        # Both read session tokens too, and keep the keys out of files. The first is for a waiting JVM.
        s3a + "aws.credentials.provider": ",".join(
            f"com.amazonaws.auth.{where}CredentialsProvider"
            for where in ("SystemProperties", "EnvironmentVariable")
        ),
        s3a + "change.detection.mode": "none",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    }
    if extra_jars:
        properties["spark.jars"] = ",".join(map(str, extra_jars))
    return properties


def _escape(value: str) -> str:
    """Escape a value of a Java properties file."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")
