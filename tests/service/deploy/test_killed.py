"""The emulator is killed: what was deployed is there again, and every write that was answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow_support.fake_airflow import FakeAirflow

from glue_sandbox.clients import client, dynamodb
from glue_sandbox.deploy.deployment import deploy
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import glue, ministack
from glue_sandbox.processes.supervisor import State, Supervisor
from glue_sandbox.settings import Settings, load_settings
from music_streams.contracts import LEDGER_KEY, LEDGER_TABLE

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


def journal(settings: Settings) -> int:
    """Writes that are kept in the journal alone."""
    files = (settings.state / "ministack").glob("dynamodb.journal*")
    return sum(len(file.read_text().splitlines()) for file in files)


def wait_until_saved(settings: Settings, table: str) -> None:
    """Tables that CloudFormation makes are no writes to DynamoDB; they are saved a few seconds later."""
    saved = settings.state / "ministack" / "dynamodb.json"
    deadline = time.monotonic() + SAVE_SECONDS
    while not saved.exists() or table not in saved.read_text():
        assert time.monotonic() < deadline, f"{table} is not in {saved} after {SAVE_SECONDS} s"
        time.sleep(0.1)


def test_a_killed_emulator_has_every_write_that_was_answered(
    supervisor: Supervisor, airflow: FakeAirflow
) -> None:
    settings = supervisor.settings
    put_up(settings, airflow)
    wait_until_saved(settings, LEDGER_TABLE)
    ledger = dynamodb(settings).Table(LEDGER_TABLE)

    # Killed twice, at once after its writes, the second time also of what the first journal brought back.
    for number in range(2):
        ledger.put_item(Item={LEDGER_KEY: f"{number}", "rows": 1})
        ledger.update_item(
            Key={LEDGER_KEY: f"{number}"},
            UpdateExpression="SET #rows = :two",
            ConditionExpression="#rows = :one",
            ExpressionAttributeNames={"#rows": "rows"},
            ExpressionAttributeValues={":one": 1, ":two": 2},
        )
        ledger.put_item(Item={LEDGER_KEY: "gone"})
        ledger.delete_item(Key={LEDGER_KEY: "gone"})
        kill(supervisor)
        assert journal(settings) >= 1, "it was saved already, so nothing is proven"
        start(supervisor)

    items = sorted(ledger.scan()["Items"], key=lambda item: str(item[LEDGER_KEY]))
    assert items == [{LEDGER_KEY: "0", "rows": 2}, {LEDGER_KEY: "1", "rows": 2}]
    assert put_up(settings, airflow).changed == ()

    supervisor.stop("ministack", 15)
    assert journal(settings) == 0, "stopped in order, it has saved all of it"
    supervisor.ensure(ministack(settings))
    assert len(ledger.scan()["Items"]) == 2


def test_a_stack_that_was_forgotten_is_made_again_although_its_bucket_is_there(
    supervisor: Supervisor, airflow: FakeAirflow
) -> None:
    settings = supervisor.settings
    emulator = client(settings, "s3")
    emulator.create_bucket(Bucket=settings.data_bucket)
    emulator.create_bucket(Bucket=settings.artifact_bucket)
    emulator.put_object(Bucket=settings.artifact_bucket, Key="jobs/old.py", Body=b"")
    assert "music-streams-artifacts" in put_up(settings, airflow).changed
