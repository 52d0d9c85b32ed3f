"""What is said of files before they are uploaded: what would be refused, what would be replaced."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from glue_sandbox.errors import SandboxError
from glue_sandbox.sample_data import content
from music.deliveries.inspection import inspect, must_be_acceptable, must_replace_nothing
from music.deliveries.upload import Delivery
from music_streams.deliveries import csv_reader

STREAMS = "user_id,track_id,listen_time\nu1,t1,2024-06-25 10:00:00\n"
SONGS = 'track_id,track_name,track_genre,duration_ms\nt1,"a ""b"",\nc",jazz,1000\n'
ZIP = b"PK\x03\x04and more"
SAVE = "save it as CSV UTF-8 (comma delimited)"


def delivery(path: Path, content: str | bytes, kind: str = "streams") -> Delivery:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Delivery(path, kind, f"spotify_data/user_streams/{path.name}")


def test_quoted_line_breaks_do_not_count_as_rows(tmp_path: Path) -> None:
    assert [file.rows for file in inspect([delivery(tmp_path / "s.csv", SONGS, "songs")])] == [1]


def test_all_rows_of_a_file_are_counted(tmp_path: Path) -> None:
    many = STREAMS + "u1,t1,2024-06-25 10:00:00\n" * csv_reader.ROWS_AT_ONCE
    assert [file.rows for file in inspect([delivery(tmp_path / "a.csv", many)])] == [
        csv_reader.ROWS_AT_ONCE + 1
    ]


def test_a_compressed_file_is_read_too(tmp_path: Path) -> None:
    (file,) = inspect([delivery(tmp_path / "a.csv.gz", gzip.compress(STREAMS.encode()))])
    assert (file.rows, file.problem) == (1, "")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        (
            "a.csv",
            STREAMS.replace(",", ";"),
            f"wrong_separator: expected columns separated by commas, they are by semicolons: {SAVE}",
        ),
        (
            "a.csv",
            STREAMS.replace(",", "\t"),
            f"wrong_separator: expected columns separated by commas, they are by tabs: {SAVE}",
        ),
        ("a.xlsx", ZIP, f"workbook: expected a CSV file, 'a.xlsx' is a workbook: {SAVE}"),
        ("a.csv", ZIP, f"workbook: expected CSV, 'a.csv' holds a workbook or ZIP: {SAVE}"),
        ("a.csv", "", "empty_file: expected a header line, found nothing"),
    ],
)
def test_what_will_be_refused_is_said_in_the_jobs_own_words(
    tmp_path: Path, name: str, content: str | bytes, problem: str
) -> None:
    (file,) = inspect([delivery(tmp_path / name, content)])
    assert (file.rows, file.problem) == (None, problem)


def test_nothing_is_uploaded_when_the_pipeline_will_refuse_a_file(tmp_path: Path) -> None:
    good = delivery(tmp_path / "good.csv", STREAMS)
    files = inspect([good, delivery(tmp_path / "a.csv", ""), delivery(tmp_path / "b.csv", "")])
    with pytest.raises(SandboxError) as caught:
        must_be_acceptable(files, "make seed FILE=x")
    assert caught.value.found == "a.csv: empty_file: expected a header line, found nothing (and 1 more file)"
    assert caught.value.next_command.endswith(": make seed FILE=x ANYWAY=1")
    must_be_acceptable(inspect([good]), "make seed FILE=x")


def test_a_file_that_would_replace_another_one_in_landing_is_named(s3: FakeS3, tmp_path: Path) -> None:
    new = delivery(tmp_path / "songs.csv", SONGS, "songs")
    s3.deliver(new.key, b"delivered before")
    with pytest.raises(SandboxError) as caught:
        must_replace_nothing(s3, BUCKET, [new], "make seed")  # type: ignore[arg-type]
    assert caught.value.found.startswith(f"another {new.key} there (16 bytes, of 2024-06-25 17:43)")
    assert caught.value.next_command.endswith("make seed REPLACE=1")


@pytest.mark.parametrize("in_parts", [False, True])
def test_the_same_content_again_replaces_nothing(
    s3: FakeS3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_parts: bool
) -> None:
    monkeypatch.setattr(content, "PART_BYTES", 4)
    same = delivery(tmp_path / "a.csv", b"12345678")
    s3.deliver(same.key, b"12345678")
    if in_parts:  # the md5 of the parts' md5s, as S3 makes it
        s3.objects[same.key]["ETag"] = '"914e6c4f1115d454253e32f0355f1466-2"'
    must_replace_nothing(s3, BUCKET, [same], "make seed")  # type: ignore[arg-type]
    new = delivery(tmp_path / "b.csv", b"12345678")
    must_replace_nothing(s3, BUCKET, [new], "make seed")  # type: ignore[arg-type]
