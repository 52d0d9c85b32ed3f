"""Glue scripts as tests run them: unchanged, in one warm Spark session beside a local Glue service."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from botocore.exceptions import ClientError
from glue_service.servers import ENVS, HOME, ROOT
from glue_service.service import GlueService

RUNNER = Path(__file__).with_name("script_runner.py")
SHIM = ROOT / "packages/local-glue/src/local_glue/awsglue_shim"
# How the console begins each script.
HEAD = """\
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
"""


@dataclass(frozen=True)
class Table:
    """A table of the Data Catalog that a script reads or writes."""

    name: str
    location: str
    columns: Mapping[str, str]
    classification: str
    keys: Mapping[str, str] = field(default_factory=dict)
    partitions: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    serde: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One script with its input, and what it must print and write."""

    name: str
    script: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    prints: str = ""
    writes: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    fails: str = ""
    argv: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a script printed, and what it raised."""

    output: str
    error: str


class ScriptRunner:
    """A process with a Spark session that runs one script after the other."""

    def __init__(self, service: GlueService, folder: Path) -> None:
        self.service = service
        properties = folder / "spark.properties"
        properties.write_text("".join(f"{name} {value}\n" for name, value in _spark(service, folder).items()))
        python = str(ENVS / "glue/bin/python")
        self._process = subprocess.Popen(
            [python, str(RUNNER)],
            env=_environment(service, folder, python, properties),
            cwd=folder,  # Derby leaves a log where it runs
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "runner.log").open("wb"),
            text=True,
        )
        self._log = folder / "runner.log"

    def run(self, script: str, *argv: str) -> Result:
        """Run a script's text to its end."""
        assert self._process.stdin
        assert self._process.stdout
        request = {"script": script, "argv": ["--JOB_NAME", "a job", *argv]}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The script runner ended:\n{self._log.read_text(errors='replace')[-3000:]}")
        return Result(**json.loads(answer))

    def check(self, case: Case) -> None:
        """Run a case's script; compare all that it says it prints and writes."""
        self.upload(case.files)
        for table in case.tables:
            self.create_table(table)
        for url in case.writes:
            self._bucket(url.split("/")[2])
        result = self.run(case.script, *case.argv)
        assert (result.error, result.output) == (case.fails, case.prints)
        written = {url: self.rows(url) for url in case.writes}
        assert written == {url: _in_order(rows) for url, rows in case.writes.items()}

    def upload(self, files: Mapping[str, str | bytes]) -> None:
        """Store objects by their URLs; buckets are made."""
        for url, body in files.items():
            bucket, _, key = url.removeprefix("s3://").partition("/")
            self._bucket(bucket)
            self.service.aws("s3").put_object(Bucket=bucket, Key=key, Body=body)

    def create_table(self, table: Table) -> None:
        """Create a table with its database and partitions, as a crawler would."""
        glue = self.service.aws("glue")
        database, name = table.name.split(".")
        with contextlib.suppress(glue.exceptions.AlreadyExistsException):  # another case has made it
            glue.create_database(DatabaseInput={"Name": database})
        storage = {
            "Columns": [{"Name": name, "Type": kind} for name, kind in table.columns.items()],
            "Location": table.location,
            "SerdeInfo": {"Parameters": dict(table.serde)},
        }
        glue.create_table(
            DatabaseName=database,
            TableInput={
                "Name": name,
                "StorageDescriptor": storage,
                "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in table.keys.items()],
                "Parameters": {"classification": table.classification, **table.parameters},
            },
        )
        for values, location in table.partitions.items():
            partition = {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
            glue.create_partition(DatabaseName=database, TableName=name, PartitionInput=partition)

    def rows(self, url: str) -> list[dict[str, Any]]:
        """Return the rows of all files below a URL, folders like `year=2024` as columns, in a fixed order."""
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        rows: list[dict[str, Any]] = []
        for key in self.keys(bucket, prefix):
            body = self.service.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            folders = dict(part.split("=", 1) for part in key.split("/")[:-1] if "=" in part)
            rows += [{**row, **folders} for row in _parsed(key, body)]
        return _in_order(rows)

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Return the keys below a prefix."""
        try:
            pages = (
                self.service.aws("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            )
            return [found["Key"] for page in pages for found in page.get("Contents", ())]
        except ClientError:
            return []

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(60)

    def _bucket(self, name: str) -> None:
        s3 = self.service.aws("s3")
        if name not in {one["Name"] for one in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=name)


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def _parsed(key: str, body: bytes) -> list[dict[str, Any]]:
    if key.endswith(".gz"):
        key, body = key.removesuffix(".gz"), gzip.decompress(body)
    if key.endswith(".parquet"):
        found: list[dict[str, Any]] = pq.read_table(io.BytesIO(body)).to_pylist()
        return found
    if key.endswith(".csv"):
        return list(csv.DictReader(io.StringIO(body.decode())))
    return [json.loads(line) for line in body.decode().splitlines()]


def _spark(service: GlueService, folder: Path) -> dict[str, str]:
    s3a = "spark.hadoop.fs.s3a."
    jars = f"{HOME / 'jars'}/*"
    return {
        "spark.master": "local[2]",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "1g",
        # As the service starts a JVM; code made for each query costs more than the few rows it runs on.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraClassPath": jars,
        "spark.executor.extraClassPath": jars,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.sources.partitionOverwriteMode": "dynamic",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        f"{s3a}endpoint": service.emulator_url,
        f"{s3a}endpoint.region": "us-east-1",
        f"{s3a}path.style.access": "true",
        f"{s3a}connection.ssl.enabled": "false",
        f"{s3a}aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        f"{s3a}change.detection.mode": "none",
    }


def _environment(service: GlueService, folder: Path, python: str, properties: Path) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "JAVA_HOME") if name in os.environ},
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(SHIM),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SPARK_HOME": str(ENVS / "glue/lib/python3.11/site-packages/pyspark"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": python,
        "PYSPARK_DRIVER_PYTHON": python,
        "PYSPARK_SUBMIT_ARGS": f'--properties-file "{properties}" pyspark-shell',
        "AWS_ENDPOINT_URL": service.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
    }
