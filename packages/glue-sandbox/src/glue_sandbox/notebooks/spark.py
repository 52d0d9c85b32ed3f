"""The Spark of a notebook: that of the jobs, with the sandbox's S3 and its Data Catalog."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.processes import services
from glue_sandbox.settings import Settings
from local_glue.aws.clients import Credentials, client
from local_glue.metastore.server import Metastore
from local_glue.runs.files import RunFolder
from local_glue.runs.spark.installation import find_installation
from local_glue.runs.spark.properties import run_properties
from local_glue.settings import Settings as GlueSettings
from local_glue.settings import read_settings

# What a notebook imports of the jobs' environment, which holds it already: 400 MB that need no second copy.
_OF_THE_JOBS = ("pyspark", "py4j", "awsglue")


@contextmanager
def kernel_environment(settings: Settings) -> Iterator[dict[str, str]]:
    """Yield the environment of a kernel, in which `SparkSession.builder.getOrCreate()` sees the sandbox.

    The metastore behind Spark's catalog lives as long as this lasts.

    Raises:
        SandboxError: Spark or Java is not set up.
    """
    glue = replace(read_settings(services.glue(settings).env), emulator_url=settings.endpoint_url)
    credentials = Credentials(settings.access_key, settings.secret_key)
    metastore = Metastore(*(client(glue, name, settings.region, credentials) for name in ("glue", "s3")))
    try:
        yield _environment(settings, glue, metastore.url)
    finally:
        metastore.close()


def _environment(settings: Settings, glue: GlueSettings, metastore_url: str) -> dict[str, str]:
    with made_private():
        folder = RunFolder(settings.state / "notebook")
        conf = folder.make("conf")
        properties = {
            **run_properties(glue, find_installation(glue), folder, {}, [], {}),
            "spark.sql.catalogImplementation": "hive",
            "spark.hadoop.hive.metastore.uris": metastore_url,
            "spark.hadoop.hive.exec.scratchdir": str(folder.make("tmp") / "hive"),
        }
        lines = (f"{name} {value}\n" for name, value in properties.items())
        (conf / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")

    package = settings.project.package
    imported = [_packages_of_jobs(settings, folder), *([package.parent] if package else [])]
    spark, java = services.spark_and_java(settings)
    return child_environment(
        settings,
        {
            "JAVA_HOME": str(java),
            "SPARK_HOME": str(spark),
            "SPARK_CONF_DIR": str(conf),
            "SPARK_LOCAL_DIRS": str(folder.make("tmp")),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "PYTHONPATH": os.pathsep.join(map(str, imported)),
            "DATA_BUCKET": settings.data_bucket,
        },
    )


def _packages_of_jobs(settings: Settings, folder: RunFolder) -> Path:
    """Return a folder of links to Spark's Python packages and no others: the rest is the kernel's own."""
    links = folder.make("imports")
    site_packages = services.spark_and_java(settings)[0].parent
    for name in _OF_THE_JOBS:
        link = links / name
        link.unlink(missing_ok=True)
        link.symlink_to(site_packages / name)
    return links
