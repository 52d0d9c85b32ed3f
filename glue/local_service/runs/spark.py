"""Launch plan of a Spark job: spark-submit with a properties file, as Glue's own driver has it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_service.runs.awsglue_path import awsglue_path
from local_service.runs.event_log import event_log_properties
from local_service.runs.files import LaunchError, RunFolder, download_all, locations
from local_service.runs.process import LaunchPlan
from local_service.runs.pythonshell import module_path
from local_service.settings import Settings

# Compiling with C1 only and one collector thread halves the start of a job, which is most of a small one.
# A long job wants the full compiler: `--conf spark.driver.extraJavaOptions=…` replaces these.
_JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
_LOG4J = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex
# A laptop has no native Hadoop library and no fixed address; neither matters here.
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.utils.name = org.apache.spark.util.Utils
logger.utils.level = error
logger.metrics.name = org.apache.hadoop.metrics2
logger.metrics.level = error
"""


def plan_spark(
    settings: Settings,
    region: str,
    s3: Any,
    folder: RunFolder,
    script: Path,
    argv: list[str],
    arguments: Mapping[str, str],
    env: dict[str, str],
) -> LaunchPlan:
    """Download what the job names, write Spark's properties and plan its process."""
    home, jars = _installed(settings)
    cwd = folder.make("work")
    download_all(s3, locations(arguments, "--extra-files"), cwd, "--extra-files")
    extra_jars = download_all(s3, locations(arguments, "--extra-jars"), folder.make("jars"), "--extra-jars")
    python_path = [*module_path(s3, folder, arguments), *awsglue_path(settings)]
    conf = folder.make("conf")
    (conf / "log4j2.properties").write_text(_LOG4J)
    properties = {
        **_properties(settings, region, folder, jars, extra_jars, arguments),
        **event_log_properties(s3, arguments),
        **parse_conf(arguments.get("--conf", "")),
    }
    properties_file = conf / "spark.properties"
    properties_file.write_text("".join(f"{name} {_escape(value)}\n" for name, value in properties.items()))
    return LaunchPlan(
        [str(home / "bin" / "spark-submit"), "--properties-file", str(properties_file), str(script), *argv],
        {
            **env,
            "PYTHONPATH": os.pathsep.join(python_path),
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": str(conf),
            "SPARK_LOCAL_DIRS": env["TMPDIR"],
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LAUNCHER_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "PYSPARK_PYTHON": str(settings.job_python),
            "PYSPARK_DRIVER_PYTHON": str(settings.job_python),
        },
        cwd,
    )


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
        "spark.driver.extraJavaOptions": f'{_JVM_OPTIONS} "-Djava.io.tmpdir={folder.make("tmp")}"',
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
        # Reads session tokens too, and keeps the keys out of files.
        s3a + "aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        s3a + "change.detection.mode": "none",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
    }
    if extra_jars:
        properties["spark.jars"] = ",".join(map(str, extra_jars))
    return properties


def _escape(value: str) -> str:
    """Escape a value of a Java properties file."""
    return value.replace("\\", "\\\\").replace("\n", "\\n")
