"""A run of many files: calls grow no faster than they, names may recur, and two runs may find the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from botocore.client import BaseClient
from service.jobs.pipeline import JOBS, SONGS, STREAMS, Pipeline, listens, songs

from music_streams import layout
from music_streams.staging import PACK_FILES

FILES = 2 * PACK_FILES + 20
DAYS = ("2024-06-24", "2024-06-25")
ALL_SONGS = songs(t0="pop", t1="rock")
CALLS = {"validate_input_files": 2, "calculate_metrics_etl": 2, "insert_metrics_dynamo": 0}
CALLS["archive_streams_files"] = 2
"""For each file; those of the second are for the refused rows that each has here, old and new."""
CALLS_OF_A_RUN = 150
"""What a run needs whatever its files are: results of steps, listings, and each date of each table."""
BYTES_A_FILE = 400


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every call of the jobs to AWS, by operation; those of Spark itself are not among them."""
    counted: Counter[str] = Counter()
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counting(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        counted[operation] += 1
        return call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", counting)
    return counted


def test_many_files_in_one_run_half_of_them_of_one_name(pipeline: Pipeline, calls: Counter[str]) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", ALL_SONGS)
    rows = []
    for number in range(FILES):
        row = f"u{number % 7},t{number % 2},{DAYS[number % 2]} 10:{number // 60:02}:{number % 60:02}"
        name = "same.csv" if number % 2 else f"{number}.csv"
        pipeline.deliver(f"{STREAMS}{number}/{name}", listens(row, "bad,row"))
        rows.append(row)
    for folder in ("one", "other"):
        pipeline.deliver(f"{STREAMS}{folder}/same.csv", b"\xff")

    pipeline.freeze("b1")
    assert len(pipeline.text(layout.manifest_key("b1"))) < BYTES_A_FILE * FILES
    for job in JOBS:
        calls.clear()
        pipeline.job(job, "b1")
        assert calls.total() <= CALLS[job] * FILES + CALLS_OF_A_RUN, (job, calls)

    pipeline.assert_right(listens(*rows), ALL_SONGS)
    assert pipeline.keys(STREAMS) == []
    archived = [key for key in pipeline.keys("archive/") if key.endswith("_same.csv")]
    assert len(archived) == FILES // 2
    refused = [key for key in pipeline.keys("error/") if key.endswith("same.csv")]
    assert refused == [f"error/user_streams/{folder}/same.csv" for folder in ("one", "other")]
    ledger = pipeline.ledger()
    assert len(ledger) == FILES + 3
    assert Counter(row["new_listens"] for row in ledger.values() if "new_listens" in row) == {1: FILES}
    assert pipeline.disagreements() == {}


@pytest.mark.parametrize("done", [0, 2, 3], ids=["frozen", "calculated", "loaded"])
def test_a_run_that_finds_files_another_one_still_works_on(pipeline: Pipeline, done: int) -> None:
    """Airflow starts one run at a time; should there be two, each ends well and no file is done twice."""
    pipeline.deliver(f"{SONGS}songs.csv", ALL_SONGS)
    rows = [f"u{number},t{number % 2},{day} 10:00:00" for number in range(4) for day in DAYS]
    pipeline.deliver(f"{STREAMS}a.csv", listens(*rows[:5]))
    pipeline.deliver(f"{STREAMS}b.csv", listens(*rows[5:], "bad,row"))
    pipeline.freeze("first")
    for job in JOBS[:done]:
        pipeline.job(job, "first")

    pipeline.run("second")
    pipeline.assert_right(listens(*rows), ALL_SONGS)
    for job in JOBS[done:]:
        pipeline.job(job, "first")

    pipeline.assert_right(listens(*rows), ALL_SONGS)
    assert pipeline.keys(STREAMS) == []
    assert len(pipeline.keys("archive/")) == 2
    ledger = pipeline.ledger()
    states = {
        (row["validation_status"], row["archival_status"]) for key, row in ledger.items() if STREAMS in key
    }
    assert states == {("SUCCESS", "SUCCESS")}
    assert pipeline.disagreements() == {}
