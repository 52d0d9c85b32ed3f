"""Each image does what the sandbox starts it for: as an ordinary user, and with no way to the outside."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from container_support.containers import AWS, Container, docker, mount, run_once

from glue_sandbox.images.ca_certificates import FOLDERS
from glue_sandbox.images.selection import PUBLISHED, choose
from glue_sandbox.images.slim_images import IMAGES
from glue_sandbox.settings import load_settings
from local_glue.setup.environments import pip_settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
VARIABLES = [image.variable for image in IMAGES]
STARTED_AS_ROOT = ("EMULATOR_IMAGE", "POSTGRES_IMAGE")  # as published

EMULATOR_CALLS = """
import boto3

s3, dynamodb, sqs = (boto3.client(name) for name in ("s3", "dynamodb", "sqs"))
s3.create_bucket(Bucket="plays")
s3.put_object(Bucket="plays", Key="in/a.csv", Body=b"track,listens\\nt1,3\\nt2,4\\n")
print(s3.get_object(Bucket="plays", Key="in/a.csv")["Body"].read().decode().split())

key = {"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "k", "AttributeType": "S"}
dynamodb.create_table(
    TableName="kpis", KeySchema=[key[0]], AttributeDefinitions=[key[1]], BillingMode="PAY_PER_REQUEST"
)
dynamodb.put_item(TableName="kpis", Item={"k": {"S": "day"}, "n": {"N": "1.5"}})
print(dynamodb.get_item(TableName="kpis", Key={"k": {"S": "day"}})["Item"]["n"]["N"])
wanted = {"PointInTimeRecoveryEnabled": True}
answer = dynamodb.update_continuous_backups(TableName="kpis", PointInTimeRecoverySpecification=wanted)
print(answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])

queue = sqs.create_queue(QueueName="events")["QueueUrl"]
sqs.send_message(QueueUrl=queue, MessageBody="landed")
print(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"][0]["Body"])
"""

DYNAMODB_LOCAL = "/usr/lib/localstack/dynamodb-local/2/DynamoDBLocal_lib"
NATIVE_LIBRARIES = f"""
import pathlib, zipfile

(jar,) = pathlib.Path("{DYNAMODB_LOCAL}").glob("DynamoDBLocal-*.jar")
print(*(name for name in zipfile.ZipFile(jar).namelist() if name.endswith("libsqlite4java.so")))
"""

SPARK_JOB = """
import sys
from pyspark.sql import SparkSession

bucket = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
plays = spark.read.csv(f"s3://{bucket}/in/", header=True, inferSchema=True)
plays.write.mode("overwrite").partitionBy("track").parquet(f"s3://{bucket}/out/")
print("SUM", spark.read.parquet(f"s3a://{bucket}/out/").groupBy().sum("listens").first()[0])
"""
PREPARE = """
import boto3
boto3.client("s3").create_bucket(Bucket="jobs")
boto3.client("s3").put_object(Bucket="jobs", Key="in/a.csv", Body=b"track,listens\\nt1,3\\nt2,4\\n")
"""


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_image_runs_as_root(variable: str, names: dict[str, str]) -> None:
    if choose(load_settings()).source == PUBLISHED and variable in STARTED_AS_ROOT:
        pytest.skip(f"that {names[variable]} runs as an ordinary user: its makers have it start as root")
    user = docker("image", "inspect", "--format", "{{.Config.User}}", names[variable]).split(":")[0]
    assert user not in {"", "0", "root"}


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_images_history_tells_nothing_of_the_machine_it_was_built_on(
    variable: str, names: dict[str, str]
) -> None:
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", names[variable])
    configured = pip_settings()
    private = [
        configured[name] for name in ("index-url", "extra-index-url", "trusted-host") if name in configured
    ]
    private += [os.environ[name] for name in ("HTTP_PROXY", "HTTPS_PROXY") if os.environ.get(name)]
    private += [file.name for folder in FOLDERS for file in folder.glob("*.crt")]
    assert "ENTRYPOINT" in history  # it is a history
    assert [word for word in (*private, "_proxy=", "_PROXY=") if word in history] == []


def test_postgres_answers_keeps_its_data_and_stops_fast(names: dict[str, str]) -> None:
    variables = ("POSTGRES_USER=airflow", 'POSTGRES_PASSWORD=it\'s "mine"', "POSTGRES_DB=metadata")
    options = [word for variable in variables for word in ("--env", variable)]
    postgres = Container("postgres", names["POSTGRES_IMAGE"], options)
    ready = ("pg_isready", "--username=airflow", "--dbname=metadata")
    postgres.wait_until("ready", *ready)
    query = ("env", 'PGPASSWORD=it\'s "mine"', "psql", "-h", "127.0.0.1", "-U", "airflow", "metadata", "-Atc")
    postgres.run(*query, "create table kept (n int); insert into kept values (7)")
    assert postgres.run("id", "-un") == "postgres"
    started = time.monotonic()
    docker("stop", "--time", "60", postgres.name)
    assert time.monotonic() - started < 30
    docker("start", postgres.name)
    postgres.wait_until("ready again", *ready)
    assert postgres.run(*query, "select n, current_user from kept") == "7|airflow"


def test_postgres_without_a_password_says_what_is_missing(names: dict[str, str]) -> None:
    with pytest.raises(AssertionError, match="expected POSTGRES_PASSWORD, found none"):
        run_once(names["POSTGRES_IMAGE"])


def test_localstack_has_s3_dynamodb_and_sqs_with_no_way_out(
    names: dict[str, str], in_network: tuple[str, ...]
) -> None:
    printed = run_once(names["GLUE_IMAGE"], "-c", "python3.11 -", options=in_network, stdin=EMULATOR_CALLS)
    assert printed.splitlines() == ["['track,listens', 't1,3', 't2,4']", "1.5", "ENABLED", "landed"]


def test_spark_submit_typed_by_hand_reads_and_writes_s3(
    names: dict[str, str], in_network: tuple[str, ...], tmp_path: Path
) -> None:
    job = tmp_path / "job.py"
    job.write_text(SPARK_JOB)
    run_once(names["GLUE_IMAGE"], "-c", "python3.11 -", options=in_network, stdin=PREPARE)
    options = (*in_network, *mount(job, "/home/hadoop/workspace/job.py"))
    assert "SUM 7" in run_once(names["GLUE_IMAGE"], "-c", "spark-submit job.py jobs", options=options)


def test_the_glue_service_layer_has_its_python_and_a_place_for_its_state(
    names: dict[str, str],
) -> None:
    script = """
    /opt/local-service/bin/python -c 'import aiohttp, boto3, psutil, pyarrow, starlette, uvicorn'
    touch /var/lib/local-service/state/written /var/lib/local-service/cache/written
    id -un; pwd
    """
    printed = run_once(names["GLUE_SERVICE_IMAGE"], "-ec", script).splitlines()
    assert printed == ["hadoop", "/home/hadoop/workspace"]


def test_dynamodb_local_needs_no_library_of_one_processor_only(names: dict[str, str]) -> None:
    """Its own jar holds SQLite for x86 and arm64 and takes it from there; the one beside it is of x86."""
    script = f"rm {DYNAMODB_LOCAL}/libsqlite4java*; exec tini -- python -m localstack.runtime.main"
    options = ["--user", "root", "--entrypoint", "sh", *(word for each in AWS for word in ("--env", each))]
    image = names["EMULATOR_IMAGE"]
    emulator = Container(
        "no-library", image, [*options, "--env", "AWS_ENDPOINT_URL=http://localhost:4566"], ["-c", script]
    )
    emulator.wait_until("healthy", "curl", "-sf", "http://localhost:4566/_localstack/health")
    libraries = emulator.run("python", "-", stdin=NATIVE_LIBRARIES)
    assert "native/Linux/aarch64/" in libraries
    assert "native/Linux/x86_64/" in libraries
    assert "1.5" in emulator.run("python", "-", stdin=EMULATOR_CALLS).splitlines()


def test_ministack_keeps_what_was_saved_before_it_was_killed(names: dict[str, str]) -> None:
    ministack = Container("ministack", names["MINISTACK_IMAGE"])
    health = "import urllib.request as r; r.urlopen('http://127.0.0.1:4566/_ministack/health')"
    ministack.wait_until("healthy", "python", "-c", health)
    call = (
        "import urllib.request as r; q = r.Request('http://127.0.0.1:4566/plays{}', method='{}', data=b'1')"
    )
    for path in ("", "/a"):
        ministack.run("python", "-c", f"{call.format(path, 'PUT')}; r.urlopen(q)")
    ministack.wait_until(
        "saved", "sh", "-c", "grep -rlq plays /var/lib/ministack/*.json /var/lib/ministack/s3"
    )
    docker("kill", ministack.name)
    docker("start", ministack.name)
    ministack.wait_until("healthy", "python", "-c", health)
    read = f"{call.format('/a', 'GET')}; q.data = None; print(r.urlopen(q).read())"
    assert ministack.run("python", "-c", read) == "b'1'"


def test_airflow_takes_commands_as_the_official_image_does(names: dict[str, str]) -> None:
    image = names["AIRFLOW_IMAGE"]
    assert run_once(image, "airflow", "version").splitlines()[-1] == "3.2.1"
    script = 'id -u; id -g; echo "$AIRFLOW_HOME"; python -c "import psycopg2, airflow.providers.amazon"'
    assert run_once(image, "bash", "-c", script).splitlines() == ["50000", "0", "/opt/airflow"]
