"""MiniStack on a free port, and Spark in this process with the S3A jars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from glue_service.servers import HOME, emulator_server
from pyspark import SparkContext
from pyspark.sql import SparkSession
from service.jobs.pipeline import Pipeline

JARS = HOME / "jars"
AUTH = "com.amazonaws.auth"
SPARK = {
    "spark.master": "local[2]",
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraClassPath": f"{JARS}/*",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    "spark.hadoop.fs.s3a.endpoint.region": "us-east-1",
    "spark.hadoop.fs.s3a.path.style.access": "true",
    "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    "spark.hadoop.fs.s3a.aws.credentials.provider": f"{AUTH}.EnvironmentVariableCredentialsProvider",
    "spark.hadoop.fs.s3a.change.detection.mode": "none",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server, url = emulator_server(tmp_path_factory.mktemp("ministack"))
    server.start()
    yield url
    server.stop()


@pytest.fixture(scope="session")
def aws(emulator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The environment a job finds, and a JVM of its own that has the S3A jars."""
    if not any(JARS.glob("hadoop-aws-*.jar")):
        raise FileNotFoundError(f"expected the S3A jars in {JARS}, found none: run make up once")
    options = {
        **SPARK,
        "spark.hadoop.fs.s3a.endpoint": emulator,
        "spark.local.dir": str(_temporary(tmp_path_factory)),
    }
    submit = " ".join(f'--conf "{name}={value}"' for name, value in options.items())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": emulator,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYSPARK_SUBMIT_ARGS": f"{submit} pyspark-shell",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }.items():
            patch.setenv(name, value)
        yield
    _end_jvm()


def _temporary(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("spark")


def _end_jvm() -> None:
    """A JVM's class path is fixed at its start, so another test's JVM can't be used here, nor ours there."""
    active = SparkSession.getActiveSession()
    if active is not None:
        active.stop()
    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None


@pytest.fixture(scope="session")
def spark(aws: None) -> SparkSession:
    """The session that the jobs get, too."""
    return SparkSession.builder.getOrCreate()


@pytest.fixture
def pipeline(aws: None, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    return Pipeline(monkeypatch)
