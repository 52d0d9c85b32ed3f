"""Songs and users of a run: never silently fewer than were delivered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.batches import OPTIONS, batch_of, staged_rows
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, FakeS3

from jobs import validate_input_files as job
from music_streams import layout
from music_streams.batch import Batch
from music_streams.deliveries import manifest
from music_streams.job import JobError
from music_streams.layout import LANDING_PREFIX
from music_streams.staging import StagedPack

STREAMS, SONGS, USERS = (layout.landing_folder(kind) for kind in ("streams", "songs", "users"))
GOOD = b"track_id,track_name,track_genre,duration_ms\nt,n,%s,5\n"
BROKEN = b"\xff\xfe"


@pytest.fixture
def run(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Freeze and validate one batch; gives validated.json and the genres of the songs staged for Spark."""
    ledger = FakeLedger()

    def validate(batch: str, meanwhile: Any = None) -> tuple[dict[str, Any], list[str]]:
        s3.deliver(f"{STREAMS}{batch}.csv", b"user_id,track_id,listen_time\n")
        manifest.freeze(s3, BUCKET, LANDING_PREFIX, batch)  # type: ignore[arg-type]
        if meanwhile is not None:
            meanwhile()
        monkeypatch.setattr(job, "settings", lambda _: OPTIONS)
        monkeypatch.setattr(job, "open_batch", lambda _: (batch_of(s3, ledger, batch), None))
        job.main()
        staged = s3.keys(layout.staging_prefix(batch, "songs"))
        genres = [row["track_genre"] for key in staged for row in staged_rows(s3, key)]
        return json.loads(s3.text(layout.validated_key(batch))), genres

    return validate


def test_a_broken_songs_file_is_replaced_by_its_last_good_delivery_until_a_good_one_comes(
    s3: FakeS3, run: Any
) -> None:
    key = f"{SONGS}é.csv"
    etag = s3.deliver(key, GOOD % b"old")
    assert run("b1")[1] == ["old"]
    s3.deliver(key, GOOD % b"pop")
    assert run("b2")[1] == ["pop"]
    s3.deliver(key, BROKEN)
    for batch in ("b3", "b4"):  # the run that refuses it, and one that finds no songs in landing at all
        validated, genres = run(batch)
        assert genres == ["pop"]
        (used,) = [file for file in validated["files"] if file["kind"] == "songs"]
        assert (used["key"], used["rows"], used["last_good_copy"]) == (
            key,
            1,
            layout.reference_key("songs", key),
        )
        assert used["etag"] != etag
        assert layout.staged_key(batch, "songs", used["file_id"]) in s3.objects
    s3.deliver(key, GOOD % b"new")
    validated, genres = run("b5")
    assert genres == ["new"]
    assert not any("last_good_copy" in file for file in validated["files"])


def test_a_songs_file_that_was_removed_on_purpose_is_not_used_any_more(s3: FakeS3, run: Any) -> None:
    s3.deliver(f"{SONGS}s.csv", GOOD % b"pop")
    run("b1")
    del s3.objects[f"{SONGS}s.csv"]
    assert run("b2")[1] == []


def test_a_file_that_never_was_good_has_no_copy(s3: FakeS3, run: Any) -> None:
    s3.deliver(f"{SONGS}s.csv", BROKEN)
    assert run("b1")[1] == []
    assert s3.keys("reference/") == []


def test_the_copy_of_users_is_kept_as_well(s3: FakeS3, run: Any) -> None:
    s3.deliver(f"{USERS}u.csv", b"user_id,user_name\n7,Ada\n")
    run("b1")
    s3.deliver(f"{USERS}u.csv", BROKEN)
    assert [file["rows"] for file in run("b2")[0]["files"] if file["kind"] == "users"] == [1]


@pytest.mark.parametrize("body", [GOOD % b"new", None], ids=["replaced", "removed"])
def test_songs_that_change_while_a_run_begins_fail_it_and_the_next_is_right(
    s3: FakeS3, run: Any, body: bytes | None
) -> None:
    key = f"{SONGS}s.csv"
    s3.deliver(key, GOOD % b"old")

    def change() -> None:
        if body is None:
            del s3.objects[key]
        else:
            s3.deliver(key, body)

    with pytest.raises(JobError, match=r"expected .*songs/s\.csv as it was .* trigger the DAG again"):
        run("b1", meanwhile=change)
    assert layout.validated_key("b1") not in s3.objects
    assert run("b2")[1] == ([] if body is None else ["new"])


def test_all_files_are_processed_before_an_error_fails_the_job(
    s3: FakeS3, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_into = job.read_into

    def fail(staged: StagedPack, batch: Batch, file: manifest.DeliveredFile) -> int | None:
        if file.kind == "songs":
            raise OSError("the line is dead")
        return read_into(staged, batch, file)

    s3.deliver(f"{SONGS}s.csv", GOOD % b"pop")
    s3.deliver(f"{STREAMS}bad.csv", BROKEN)
    monkeypatch.setattr(job, "read_into", fail)
    with pytest.raises(JobError, match=r"1 have none, the first: .*s\.csv: OSError: the line is dead"):
        run("b1")
    assert "error/user_streams/bad.csv" in s3.objects
    assert s3.keys(layout.staging_prefix("b1", "streams")) != []
    assert layout.validated_key("b1") not in s3.objects


def test_songs_and_users_are_new_in_the_first_run_alone_that_reads_them(s3: FakeS3, run: Any) -> None:
    def songs_are_read_again(batch: str) -> bool:
        (songs,) = [file for file in run(batch)[0]["files"] if file["kind"] == "songs"]
        return bool(songs.get("is_read_again", False))

    s3.deliver(f"{SONGS}a.csv", GOOD % b"pop")
    assert [songs_are_read_again(batch) for batch in ("b1", "b1", "b2", "b3")] == [False, False, True, True]
    s3.deliver(f"{SONGS}a.csv", GOOD % b"rock")
    assert [songs_are_read_again(batch) for batch in ("b4", "b5")] == [False, True]
    s3.deliver(f"{SONGS}a.csv", BROKEN)
    assert [songs_are_read_again(batch) for batch in ("b6", "b7")] == [True, True]


def test_a_file_that_is_read_again_is_not_counted_again(
    s3: FakeS3, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[tuple[int, int]] = []
    monkeypatch.setattr(job, "publish", lambda _, processed, refused: published.append((processed, refused)))
    s3.deliver(f"{SONGS}a.csv", GOOD % b"pop")
    for batch in ("b1", "b2"):
        run(batch)
    s3.deliver(f"{SONGS}a.csv", BROKEN)
    run("b3")
    # The stream file of each run stays in landing here, as no other job runs.
    assert published == [(2, 0), (2, 0), (3, 1)]
