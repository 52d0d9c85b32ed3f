"""A stream file leaves landing only when its listens are in DynamoDB and its copy is proven."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from unit.batches import OPTIONS, batch_of, calculated_from, leave
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, DELIVERED, FakeS3

from jobs import archive_streams_files as job
from music_streams import layout
from music_streams.deliveries import moving
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError

KEY = "spotify_data/user_streams/sub/a.csv"
ARCHIVED = "archive/2024/06/25/sub/20240625T174313Z_a.csv"


@pytest.fixture
def file(s3: FakeS3) -> DeliveredFile:
    return DeliveredFile(KEY, s3.deliver(KEY, b"content"), 7, "2024-06-25T17:43:13Z", "streams")


def ledger_with(file: DeliveredFile, status: str, etag: str | None = None) -> FakeLedger:
    return FakeLedger(**{KEY: {"etag": etag or file.etag, "kpi_ingestion_status": status}})


def archive(s3: FakeS3, ledger: FakeLedger, file: DeliveredFile) -> str:
    (outcome,) = job.archive(batch_of(s3, ledger), [file], BUCKET, [])
    return outcome


def test_an_ingested_file_moves_to_the_archive(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    assert archive(s3, ledger, file) == "archived"
    assert s3.keys() == [ARCHIVED]
    assert s3.text(ARCHIVED) == "content"
    assert ledger.records == [("archived", KEY, None)]


def test_the_original_goes_last_so_that_a_kill_leaves_no_file_unrecorded(
    s3: FakeS3, file: DeliveredFile
) -> None:
    """A file that has left landing is seen by no later run: its row would say PENDING for ever."""
    ledger = ledger_with(file, "SUCCESS")
    recorded_before: list[int] = []
    s3.before["delete_object"] = lambda: recorded_before.append(len(ledger.records))
    archive(s3, ledger, file)
    assert recorded_before == [1]


@pytest.mark.parametrize("status", ["PENDING", "FAILED"])
def test_a_file_that_is_not_ingested_stays(s3: FakeS3, file: DeliveredFile, status: str) -> None:
    ledger = ledger_with(file, status)
    assert archive(s3, ledger, file) == "not ingested"
    assert (s3.keys(), ledger.records) == ([KEY], [])


def test_a_row_of_another_delivery_does_not_speak_for_this_one(s3: FakeS3, file: DeliveredFile) -> None:
    assert archive(s3, ledger_with(file, "SUCCESS", etag="other"), file) == "left for the next run"
    assert archive(s3, FakeLedger(), file) == "left for the next run"
    assert s3.keys() == [KEY]


def test_a_file_replaced_during_the_run_is_neither_archived_nor_deleted(
    s3: FakeS3, file: DeliveredFile
) -> None:
    ledger = ledger_with(file, "SUCCESS")
    s3.deliver(KEY, b"new content")
    assert archive(s3, ledger, file) == "left for the next run"
    assert (s3.keys(), s3.text(KEY)) == ([KEY], "new content")
    assert "replaced in landing" in str(ledger.records[0][2])


def test_a_file_replaced_right_before_the_deletion_is_kept(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    original_copy = s3.copy_object

    def copy_then_replace(*args: Any, **kwargs: Any) -> dict[str, Any]:
        answer = original_copy(*args, **kwargs)
        s3.deliver(KEY, b"new content")
        return answer

    s3.copy_object = copy_then_replace  # type: ignore[method-assign]
    assert archive(s3, ledger, file) == "archived"
    assert (s3.text(ARCHIVED), s3.text(KEY)) == ("content", "new content")


def test_archiving_again_changes_nothing(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    archive(s3, ledger, file)
    before = dict(s3.objects)
    assert archive(s3, ledger, file) == "archived"
    assert s3.objects == before


def test_killed_between_copy_and_deletion_the_next_attempt_finishes(s3: FakeS3, file: DeliveredFile) -> None:
    def kill() -> None:
        raise KeyboardInterrupt

    ledger = ledger_with(file, "SUCCESS")
    s3.before["delete_object"] = kill
    with pytest.raises(KeyboardInterrupt):
        archive(s3, ledger, file)
    assert archive(s3, ledger, file) == "archived"
    assert s3.keys() == [ARCHIVED]


def test_a_file_in_neither_place_is_reported_lost(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    del s3.objects[KEY]
    assert archive(s3, ledger, file) == "lost"
    assert "removed from landing" in str(ledger.records[0][2])


def run(s3: FakeS3, ledger: FakeLedger, patch: pytest.MonkeyPatch, *files: DeliveredFile) -> None:
    """The whole job."""
    leave(s3, calculated_from(*files))
    frozen = {"batch_id": "b1", "created_at": "2024-06-25T17:43:14Z", "bucket": BUCKET, "files": []}
    s3.deliver(layout.manifest_key("b1"), json.dumps(frozen).encode())
    s3.deliver("staging/b1/streams/x.parquet", b"")
    patch.setattr(job, "settings", lambda *_, **extra: replace(OPTIONS, extra=extra))
    patch.setattr(job, "open_batch", lambda _: (batch_of(s3, ledger), None))
    patch.setattr("music_streams.metrics.JobMetrics.publish", lambda _: None)
    job.main()


def test_when_all_is_done_a_result_says_so(
    s3: FakeS3, file: DeliveredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(s3, ledger_with(file, "SUCCESS"), monkeypatch, file)
    assert json.loads(s3.text(layout.archived_key("b1"))) == {
        "batch_id": "b1",
        "files": 1,
        "archived": 1,
        "left_for_the_next_run": 0,
    }
    assert s3.keys("staging/") == []


def test_what_a_run_that_broke_off_has_staged_goes_with_the_next_run_that_is_done(
    s3: FakeS3, file: DeliveredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.deliver("staging/b0/streams/x.parquet", b"")
    s3.deliver("staging/b2/streams/x.parquet", b"", at=DELIVERED + timedelta(seconds=1))
    run(s3, ledger_with(file, "SUCCESS"), monkeypatch, file)
    assert s3.keys("staging/") == ["staging/b2/streams/x.parquet"], "somebody else's, since this run began"


def test_a_file_that_cannot_be_moved_keeps_no_other_from_the_archive(
    s3: FakeS3, file: DeliveredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_key = KEY.replace("a.csv", "b.csv")
    other = DeliveredFile(other_key, s3.deliver(other_key, b"other"), 5, file.last_modified, "streams")
    done = {"etag": other.etag, "kpi_ingestion_status": "SUCCESS"}
    ledger = FakeLedger(**{**ledger_with(file, "SUCCESS").rows, other_key: done})
    copy_verified = moving.copy_verified

    def copy(s3: Any, bucket: str, source: str, *rest: Any) -> str | None:
        if source == KEY:
            raise RuntimeError("no free name")
        return copy_verified(s3, bucket, source, *rest)

    monkeypatch.setattr(moving, "copy_verified", copy)
    with pytest.raises(JobError, match=r"1 of 2 could not be .*sub/a\.csv: RuntimeError: no free name"):
        run(s3, ledger, monkeypatch, file, other)
    assert (KEY in s3.objects, other_key in s3.objects) == (True, False)
    assert ("archived", KEY, "RuntimeError: no free name") in ledger.records
    assert layout.archived_key("b1") not in s3.objects, "the run is not done"
