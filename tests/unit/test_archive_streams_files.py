"""A stream file leaves landing only when its listens are in DynamoDB and its copy is proven."""

from __future__ import annotations

from typing import Any

import pytest
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, FakeS3

from jobs import archive_streams_files as job
from music_streams.job import JobSettings
from music_streams.manifest import DeliveredFile

KEY = "spotify_data/user_streams/sub/a.csv"
ARCHIVED = "archive/2024/06/25/sub/20240625T174313Z_a.csv"
OPTIONS = JobSettings(BUCKET, "b1", "ledger")


@pytest.fixture
def file(s3: FakeS3) -> DeliveredFile:
    return DeliveredFile(KEY, s3.deliver(KEY, b"content"), 7, "2024-06-25T17:43:13Z", "streams")


def ledger_with(file: DeliveredFile, status: str, etag: str | None = None) -> FakeLedger:
    return FakeLedger(**{KEY: {"etag": etag or file.etag, "kpi_ingestion_status": status}})


def archive(s3: Any, ledger: Any, file: DeliveredFile) -> str:
    return job.archive(s3, ledger, OPTIONS, file)


def test_an_ingested_file_moves_to_the_archive(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    assert archive(s3, ledger, file) == "archived"
    assert s3.keys() == [ARCHIVED]
    assert s3.text(ARCHIVED) == "content"
    assert ledger.notes == [("archived", KEY, None)]


@pytest.mark.parametrize("status", ["PENDING", "FAILED"])
def test_a_file_that_is_not_ingested_stays(s3: FakeS3, file: DeliveredFile, status: str) -> None:
    ledger = ledger_with(file, status)
    assert archive(s3, ledger, file) == "not ingested"
    assert (s3.keys(), ledger.notes) == ([KEY], [])


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
    assert "replaced in landing" in str(ledger.notes[0][2])


def test_a_file_replaced_right_before_the_deletion_is_kept(s3: FakeS3, file: DeliveredFile) -> None:
    ledger = ledger_with(file, "SUCCESS")
    original_copy = s3.copy

    def copy_then_replace(*args: Any, **kwargs: Any) -> None:
        original_copy(*args, **kwargs)
        s3.deliver(KEY, b"new content")

    s3.copy = copy_then_replace  # type: ignore[method-assign]
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
    assert "removed from landing" in str(ledger.notes[0][2])
