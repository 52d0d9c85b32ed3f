"""Known files come again, under their own name and under another: no listen counts twice."""

from __future__ import annotations

import pytest
from e2e.sample_delivery import ObservedRun, SampleSandbox, archived_names, item_differences, sample_bytes

from glue_sandbox.airflow.client import DagRun

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
OWN_NAME, OTHER_NAME = "01_morning.csv", "again/the evening.csv"
CHANGING = {"batch_id", "delivered_at", "validated_at", "ingested_at", "archived_at"}


@pytest.fixture(scope="module")
def redelivered(sample: SampleSandbox) -> ObservedRun:
    """One file under its own name, one under another."""

    def deliver() -> DagRun:
        files = sample_bytes()
        sample.sandbox.deliver(
            {
                f"user_streams/{OWN_NAME}": files[f"user_streams/{OWN_NAME}"],
                f"user_streams/{OTHER_NAME}": files["user_streams/02_evening_bom_crlf.csv"],
            }
        )
        return sample.run_dag()

    return sample.observe_run(deliver)


def test_no_item_of_any_table_changes(redelivered: ObservedRun) -> None:
    assert item_differences(redelivered.before.items, redelivered.after.items) == []


def test_under_another_name_every_row_counts_as_a_duplicate(redelivered: ObservedRun) -> None:
    row = redelivered.after.ledger[f"spotify_data/user_streams/{OTHER_NAME}"]
    assert (row["new_listens"], row["duplicate_rows"], row["archival_status"]) == (0, 13, "SUCCESS")


def test_under_its_own_name_the_same_object_keeps_its_counts(redelivered: ObservedRun) -> None:
    """Name and content are the file's identity: its listens in curated are still its own."""
    key = f"spotify_data/user_streams/{OWN_NAME}"
    before, after = redelivered.before.ledger[key], redelivered.after.ledger[key]
    assert {n: v for n, v in before.items() if n not in CHANGING} == {
        n: v for n, v in after.items() if n not in CHANGING
    }
    assert before["batch_id"] != after["batch_id"]


def test_both_are_archived_beside_the_first(redelivered: ObservedRun) -> None:
    before = archived_names(redelivered.before)
    assert archived_names(redelivered.after) == sorted([*before, OWN_NAME, OTHER_NAME])
