"""One file of the manifest: staged, refused, or left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.batches import batch_of, staged_rows
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import FakeS3, client_error

from jobs import validate_input_files as job
from music_streams import layout, staging
from music_streams.deliveries import csv_reader
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError
from music_streams.ledger import WITHDRAWN

KEY = "spotify_data/user_streams/a b é.csv"
GOOD = b"listen_time,user_id,track_id\n2024-06-25 10:00:00, 7 ,t\xc3\xa9\n2024-06-25 10:00:01,8\n"


def deliver(s3: FakeS3, body: bytes, key: str = KEY, kind: str = "streams") -> DeliveredFile:
    return DeliveredFile(key, s3.deliver(key, body), len(body), "2024-06-25T17:43:13Z", kind)


def check(s3: FakeS3, ledger: FakeLedger, file: DeliveredFile) -> job.Outcome:
    (outcome,) = job.check(batch_of(s3, ledger), (file,))
    return outcome


def good(file: DeliveredFile, rows: int) -> job.Outcome:
    return job.Outcome("good", file, rows, layout.staged_key("b1", file.kind, file.file_id))


def staged(s3: FakeS3, file: DeliveredFile) -> list[dict[str, Any]]:
    return staged_rows(s3, layout.staged_key("b1", file.kind, file.file_id))


def test_the_marker_of_a_folder_is_recorded_and_stays(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, b"", "spotify_data/user_streams/sub/", "folder_marker")
    assert check(s3, ledger, file).name == "folder_marker"
    assert s3.keys() == [file.key]
    assert ledger.records == [("validated", file.key, "0 rows")]


def test_a_side_file_is_moved_aside_and_not_refused(s3: FakeS3) -> None:
    ledger, key = FakeLedger(), "spotify_data/user_streams/spark/.part-0.csv.crc"
    file = deliver(s3, b"crc", key, "side_file")
    for _ in range(2):  # a repeated step finds its own copy
        assert check(s3, ledger, file) == job.Outcome("set_aside", file)
    assert s3.keys() == ["aside/user_streams/spark/.part-0.csv.crc"]
    assert ledger.records == [("set_aside", key, None)] * 2


def test_side_files_of_one_name_and_other_content_are_both_kept(s3: FakeS3) -> None:
    first = deliver(s3, b"first", "spotify_data/songs/_SUCCESS", "side_file")
    check(s3, FakeLedger(), first)
    second = deliver(s3, b"second", "spotify_data/songs/_SUCCESS", "side_file")
    check(s3, FakeLedger(), second)
    assert s3.text("aside/songs/_SUCCESS") == "first"
    assert s3.text(f"aside/songs/{second.etag[:8]}__SUCCESS") == "second"


def test_a_side_file_that_was_replaced_is_left_for_the_next_run(s3: FakeS3) -> None:
    ledger, key = FakeLedger(), "spotify_data/user_streams/_SUCCESS"
    file = deliver(s3, b"", key, "side_file")
    deliver(s3, b"other", key)
    assert check(s3, ledger, file).name == "set_aside"
    assert s3.keys() == [key]
    assert ledger.records == [("validated", key, WITHDRAWN)]


def test_a_good_file_is_staged_row_by_row_as_delivered(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    outcome = check(s3, ledger, file)
    assert outcome == good(file, rows=2)
    origin = {"source_key": KEY, "file_id": file.file_id, "delivered_at": file.last_modified}
    assert staged(s3, file) == [
        {
            **origin,
            "row_number": 1,
            "user_id": " 7 ",
            "track_id": "té",
            "listen_time": "2024-06-25 10:00:00",
            "problem": None,
            "raw": None,
        },
        {
            **origin,
            "row_number": 2,
            "user_id": "8",
            "track_id": None,
            "listen_time": "2024-06-25 10:00:01",
            "problem": "field_count",
            "raw": "2024-06-25 10:00:01,8",
        },
    ]
    assert ledger.records == [("validated", KEY, "2 rows")]
    assert KEY in s3.objects, "a good file stays in landing until it is archived"


def test_a_bad_file_leaves_landing_for_error_with_the_reason(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, b"user_id,listen_time\n1,2\n")
    outcome = check(s3, ledger, file)
    reason = "missing_column: expected track_id, found user_id, listen_time"
    assert outcome == job.Outcome("bad", file, reason=reason)
    assert s3.keys() == ["error/user_streams/a b é.csv", "error/user_streams/a b é.csv.reason.json"]
    why = json.loads(s3.text("error/user_streams/a b é.csv.reason.json"))
    assert (why["code"], why["reason"], why["etag"], why["batch_id"]) == (
        "missing_column",
        reason,
        file.etag,
        "b1",
    )
    assert ledger.records == [("validated", KEY, reason)]


def test_another_bad_file_of_the_same_name_does_not_overwrite_the_first(s3: FakeS3) -> None:
    ledger = FakeLedger()
    check(s3, ledger, deliver(s3, b"first"))
    second = deliver(s3, b"second")
    check(s3, ledger, second)
    assert s3.text("error/user_streams/a b é.csv") == "first"
    assert s3.text(f"error/user_streams/{second.etag[:8]}_a b é.csv") == "second"


def test_a_bad_file_found_again_by_a_repeated_step_is_reported_bad_again(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, b"")
    first = check(s3, ledger, file)
    assert KEY not in s3.objects
    assert check(s3, ledger, file) == first


def test_killed_before_the_ledger_knows_a_bad_file_is_still_in_landing(s3: FakeS3) -> None:
    class Killed(FakeLedger):
        def validated(self, *_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

    file = deliver(s3, b"")
    with pytest.raises(KeyboardInterrupt):
        check(s3, Killed(), file)
    ledger = FakeLedger()
    assert check(s3, ledger, file).name == "bad"
    assert s3.keys() == ["error/user_streams/a b é.csv", "error/user_streams/a b é.csv.reason.json"]


def test_a_replaced_file_is_not_this_runs_business(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    deliver(s3, b"other content")
    assert check(s3, ledger, file).name == "skipped"
    assert s3.keys() == [KEY]
    assert ledger.records == [("validated", KEY, WITHDRAWN)]


def test_a_file_that_its_sender_took_back_is_recorded_as_that_and_stays_so_when_the_step_is_repeated(
    s3: FakeS3,
) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    del s3.objects[KEY]
    outcome = check(s3, ledger, file)
    assert outcome == job.Outcome("skipped", file)
    assert ledger.records == [("validated", KEY, WITHDRAWN)]
    assert check(s3, ledger, file) == outcome
    assert s3.keys() == []


@pytest.mark.parametrize("batch_id", ["b1", "b2"], ids=["by this run", "by another one"])
@pytest.mark.parametrize("status", ["SUCCESS", "FAILED"])
def test_a_file_that_was_worked_off_before_keeps_its_row(s3: FakeS3, batch_id: str, status: str) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    ledger.rows[KEY] = row = {
        "etag": file.etag,
        "delivered_at": file.last_modified,
        "batch_id": batch_id,
        "validation_status": status,
        "error": "as it was found then",
    }
    s3.objects.clear()
    assert check(s3, ledger, file).name in ("skipped", "bad")
    assert ledger.records == []
    assert ledger.rows == {KEY: row}


def test_the_same_content_delivered_again_and_taken_back_has_a_row_of_its_own(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    assert check(s3, ledger, file).name == "good"
    ledger.rows[KEY]["delivered_at"] = "2024-06-24T00:00:00Z"
    s3.objects.clear()
    assert check(s3, ledger, file).name == "skipped"
    assert ledger.records[-1] == ("validated", KEY, WITHDRAWN)


def test_songs_that_were_taken_back_keep_the_row_of_the_delivery_before_them(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD, "spotify_data/songs/s.csv", "songs")
    s3.objects.clear()
    assert check(s3, ledger, file).name == "skipped"
    assert ledger.records == []


def test_a_bad_file_that_is_replaced_while_it_is_read_stays_in_landing(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, b"")
    s3.before["copy_object"] = lambda: deliver(s3, GOOD)
    check(s3, ledger, file)
    assert s3.keys() == [KEY]
    assert s3.objects[KEY]["Body"] == GOOD


def test_what_an_earlier_attempt_staged_stays_good_when_landing_has_changed(s3: FakeS3) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD)
    check(s3, ledger, file)
    deliver(s3, b"other content")
    outcome = check(s3, ledger, file)
    assert (outcome, len(staged(s3, file))) == (good(file, rows=2), 2)


def test_an_error_of_aws_is_no_bad_file(s3: FakeS3) -> None:
    def refuse() -> None:
        raise client_error("SlowDown", "GetObject")

    ledger, file = FakeLedger(), deliver(s3, GOOD)
    s3.before["get_object"] = refuse
    outcome = check(s3, ledger, file)
    assert (outcome.name, "SlowDown" in outcome.reason) == ("no_outcome", True)
    assert ledger.records == [("no_outcome", KEY, outcome.reason)]
    assert s3.keys() == [KEY]


def test_songs_and_users_are_staged_by_their_own_contracts(s3: FakeS3) -> None:
    songs = deliver(
        s3,
        b"Track_ID,track_name,track_genre,duration_ms,x\nt1,n,pop,5,?\n",
        "spotify_data/songs/s.csv",
        "songs",
    )
    users = deliver(s3, b"user_id,user_name\n", "spotify_data/users/u.csv", "users")
    ledger = FakeLedger()
    assert [check(s3, ledger, file).rows for file in (songs, users)] == [1, 0]
    assert staged(s3, songs) == [
        {
            **{"source_key": songs.key, "file_id": songs.file_id, "row_number": 1},
            "delivered_at": songs.last_modified,
            **{"track_id": "t1", "track_name": "n", "track_genre": "pop", "duration_ms": "5"},
            **dict.fromkeys(("id", "artists", "problem", "raw")),
        }
    ]
    assert staged(s3, users) == []


@pytest.mark.parametrize("code", ["AccessDenied", "403", "InvalidObjectState", "KMS.DisabledException"])
def test_a_file_that_cannot_be_read_is_that_files_failure_and_stays(s3: FakeS3, code: str) -> None:
    ledger, file = FakeLedger(), deliver(s3, GOOD, "spotify_data/user_streams/a\nb.csv")

    def denied() -> None:
        raise client_error(code, "GetObject")

    s3.before["get_object"] = denied
    outcome = check(s3, ledger, file)
    assert (outcome.name, outcome.reason[:12]) == ("unreadable", "unreadable: ")
    assert code in outcome.reason
    assert s3.keys() == [file.key]
    assert ledger.records == [("validated", file.key, outcome.reason)]


def test_a_run_that_can_read_nothing_at_all_fails(s3: FakeS3) -> None:
    unreadable = job.Outcome("unreadable", deliver(s3, GOOD), reason="unreadable: AccessDenied")
    with pytest.raises(JobError, match=r"1 could not be and no other was.*compare the role's permissions"):
        job.must_have_read_something([unreadable], [])
    good = job.Outcome("good", deliver(s3, GOOD, "spotify_data/user_streams/good.csv"), rows=1)
    job.must_have_read_something([unreadable], [good])
    job.must_have_read_something([], [])


def test_a_key_with_a_line_break_writes_no_line_of_its_own(
    s3: FakeS3, capsys: pytest.CaptureFixture[str]
) -> None:
    check(s3, FakeLedger(), deliver(s3, GOOD, "spotify_data/user_streams/a\ngood file b\x1b[2J.csv"))
    assert capsys.readouterr().out == (
        "good file spotify_data/user_streams/a\\ngood file b\\x1b[2J.csv: rows=2\n"
    )


def test_small_files_are_staged_together_without_those_that_are_refused(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_reader, "ROWS_AT_ONCE", 1)
    broken_at_its_end = GOOD + b'2024-06-25 10:00:02,9,"t'
    bodies = enumerate((GOOD, broken_at_its_end, GOOD))
    files = tuple(deliver(s3, body, f"{KEY[:-4]}{n}.csv") for n, body in bodies)
    ledger = FakeLedger()
    outcomes = job.check(batch_of(s3, ledger), files)
    assert [outcome.name for outcome in outcomes] == ["good", "bad", "good"]
    (key,) = {outcome.staged_key for outcome in outcomes if outcome.staged_key}
    assert [(row["source_key"], row["row_number"]) for row in staged_rows(s3, key)] == [
        *((files[0].key, number) for number in (1, 2)),
        *((files[2].key, number) for number in (1, 2)),
    ]
    # A repeated step, when one of them has left landing: what it was staged as stays.
    del s3.objects[files[0].key]
    again = job.check(batch_of(s3, ledger), (files[0], files[2]))
    assert again == [outcomes[0], outcomes[2]]
    assert len(staged_rows(s3, key)) == 4


def test_large_files_songs_and_users_are_staged_alone() -> None:
    def file(name: str, size: int, kind: str = "streams") -> DeliveredFile:
        return DeliveredFile(name, "e", size, "2024-06-25T17:43:13Z", kind)

    large = file("b", staging.PACK_BYTES)
    songs = file("s", 1, "songs")
    small = [file(f"c{n}", 9) for n in range(staging.PACK_FILES + 1)]
    half = [file(f"h{n}", staging.PACK_BYTES // 2) for n in range(3)]
    assert staging.packs_of([large, songs, *small]) == [(large,), (songs,), tuple(small[:-1]), (small[-1],)]
    assert staging.packs_of(half) == [tuple(half[:2]), (half[2],)]
