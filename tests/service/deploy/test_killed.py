"""The emulator is killed: what was deployed and written is there again, and the KPI tables are repaired."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_airflow import FakeAirflow

from music_streams import layout
from music_streams.contracts import KPI_TABLES, TOP_GENRES_BY_DAY
from sandbox.clients import client, dynamodb, s3
from sandbox.deploy import deploy
from sandbox.deployed import Deployed
from sandbox.ports import free_ports
from sandbox.recovery import recover
from sandbox.services import glue, ministack
from sandbox.settings import Settings, load_settings
from sandbox.supervisor import State, Supervisor

DATE = "2024-06-25"
SAVE_SECONDS = 30  # two are enough on a machine that is not busy


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """Emulator and Glue of a sandbox that this test may harm."""
    ports = dict(zip(("sandbox_port", "emulator_port", "airflow_port"), free_ports(3), strict=True))
    made = Supervisor(load_settings().model_copy(update={**ports, "state": tmp_path / "state"}))
    try:
        start(made)
        yield made
    finally:
        made.stop_all()


def start(supervisor: Supervisor) -> None:
    supervisor.ensure(ministack(supervisor.settings))
    supervisor.ensure(glue(supervisor.settings))


def kill(supervisor: Supervisor) -> None:
    process = supervisor.table.running("ministack")
    assert process is not None
    process.kill()
    process.wait(timeout=10)
    assert supervisor.state(ministack(supervisor.settings)) is State.CRASHED


def put_up(settings: Settings, airflow: FakeAirflow) -> Deployed:
    return deploy(settings, airflow_url=airflow.url, airflow_user="admin", airflow_password="pw")


def wait_until_saved(settings: Settings, service: str, text: str) -> None:
    saved = settings.state / "ministack" / f"{service}.json"
    deadline = time.monotonic() + SAVE_SECONDS
    while not saved.exists() or text not in saved.read_text():
        assert time.monotonic() < deadline, f"{text} is not in {saved} after {SAVE_SECONDS} s"
        time.sleep(0.1)


def test_a_killed_emulator_loses_nothing_and_its_tables_are_compared_anew(
    supervisor: Supervisor, airflow: FakeAirflow
) -> None:
    settings = supervisor.settings
    put_up(settings, airflow)
    bucket = settings.data_bucket
    s3(settings).put_object(Bucket=bucket, Key=f"{layout.curated_partition(DATE)}part.parquet", Body=b"x")
    s3(settings).put_object(
        Bucket=bucket, Key=layout.loaded_prefix(TOP_GENRES_BY_DAY, DATE) + "old", Body=b"{"
    )
    item = {"listen_date": DATE, "top_5_genres": []}
    dynamodb(settings).Table(TOP_GENRES_BY_DAY.name).put_item(Item=item)
    wait_until_saved(settings, "dynamodb", DATE)
    assert recover(settings) is None, "nobody killed it"

    kill(supervisor)
    start(supervisor)

    assert put_up(settings, airflow).changed == ()
    assert dynamodb(settings).Table(TOP_GENRES_BY_DAY.name).scan()["Items"] == [item]
    assert recover(settings) == 1
    assert recover(settings) is None, "once is enough"
    note = s3(settings).get_object(Bucket=bucket, Key=layout.pending_key("recovered"))["Body"].read()
    assert json.loads(note) == [DATE]
    for table in KPI_TABLES:
        found = s3(settings).list_objects_v2(Bucket=bucket, Prefix=layout.loaded_prefix(table, DATE))
        (known,) = found["Contents"]
        body = s3(settings).get_object(Bucket=bucket, Key=known["Key"])["Body"].read()
        there = [json.loads(line) for line in body.splitlines()]
        assert there == ([item] if table == TOP_GENRES_BY_DAY else []), table.name

    supervisor.stop("ministack", 15)
    supervisor.ensure(ministack(settings))
    assert recover(settings) is None, "it was stopped in order"


def test_a_stack_that_was_forgotten_is_made_again_although_its_bucket_is_there(
    supervisor: Supervisor, airflow: FakeAirflow
) -> None:
    settings = supervisor.settings
    emulator = client(settings, "s3")
    emulator.create_bucket(Bucket=settings.data_bucket)
    emulator.create_bucket(Bucket=settings.artifact_bucket)
    emulator.put_object(Bucket=settings.artifact_bucket, Key="jobs/old.py", Body=b"")
    assert "music-streams-artifacts" in put_up(settings, airflow).changed
