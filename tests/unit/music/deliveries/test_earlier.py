"""A file that is delivered again is told as such: with its run, whether it is the same, and what follows."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from unit.fake_s3 import FakeS3

from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.deliveries import seed
from music.deliveries.earlier import delivered_before, lines_about
from music.deliveries.upload import Delivery

RUN = "manual__2024-06-25T10:00:00.123456+00:00"


def delivery(folder: Path, name: str, content: bytes = b"content", kind: str = "streams") -> Delivery:
    (folder / name).write_bytes(content)
    return Delivery(folder / name, kind, f"spotify_data/user_streams/{name}")


def row(name: str, content: bytes = b"content", **more: Any) -> dict[str, Any]:
    """Return what the ledger has of a file."""
    return {
        "file_key": f"spotify_data/user_streams/{name}",
        "etag": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "size": Decimal(len(content)),
        "batch_id": "manual__2024-06-25T100000.123456_0000",
        "validation_status": "SUCCESS",
        **more,
    }


def told(deliveries: list[Delivery], *rows: dict[str, Any]) -> list[str]:
    return [*lines_about(delivered_before(deliveries, rows))]


def test_of_a_new_file_nothing_is_said(tmp_path: Path) -> None:
    assert told([delivery(tmp_path, "a.csv")], row("b.csv")) == []


def test_the_same_file_again_is_said_to_change_nothing(tmp_path: Path) -> None:
    assert told([delivery(tmp_path, "a.csv")], row("a.csv")) == [
        f"a.csv was delivered before, with the same content, in run {RUN}:"
        " its rows are here already, and no listen is counted twice"
    ]


def test_another_file_of_that_name_adds_to_the_earlier_one(tmp_path: Path) -> None:
    assert told([delivery(tmp_path, "a.csv")], row("a.csv", b"Content")) == [
        f"a.csv was delivered before, with other content, in run {RUN}:"
        " its new listens are added to those of the earlier file, and none is counted twice"
    ]


def test_songs_that_are_here_already_change_nothing_and_others_are_told_elsewhere(tmp_path: Path) -> None:
    songs = delivery(tmp_path, "a.csv", kind="songs")
    assert told([songs], row("a.csv")) == ["a.csv is here already, with the same content: nothing changes"]
    assert told([songs], row("a.csv", b"Content")) == []


def test_one_that_was_refused_will_be_again(tmp_path: Path) -> None:
    refused = row("a.csv", validation_status="FAILED", error="empty_file: expected a header line")
    assert told([delivery(tmp_path, "a.csv")], refused)[0].endswith(
        ": it was refused (empty_file: expected a header line),"
        " and will be again unless the rules have changed"
    )


def test_of_many_files_it_is_said_how_many(tmp_path: Path) -> None:
    names = [f"{number}.csv" for number in range(5)]
    files = [delivery(tmp_path, name) for name in names]
    rows = [row(name) for name in names[:4]]
    rows.append({**row(names[4], b"Content"), "batch_id": "s3__first"})
    assert told(files, *rows) == [
        f"4 stream files were delivered before, with the same content, in run {RUN}:"
        " what was refused is refused again, and no listen is counted twice",
        "1 stream file was delivered before, with other content, in run s3__first:"
        " new listens are added, and none is counted twice",
    ]


def test_it_is_said_before_the_upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3: FakeS3) -> None:
    def uploaded(*_: object) -> list[Delivery]:
        out.print("now it is uploaded")
        return []

    class Reader:
        def __init__(self, _: Settings) -> None:
            pass

        def ledger(self, keys: Any) -> list[dict[str, Any]]:
            assert [*keys] == ["spotify_data/user_streams/a.csv"]
            return [row("a.csv", b"user_id,track_id,listen_time\n")]

    monkeypatch.setattr(seed, "KpiReader", Reader)
    monkeypatch.setattr(seed, "s3", lambda _: s3)
    monkeypatch.setattr(seed, "upload", uploaded)
    file = delivery(tmp_path, "a.csv", b"user_id,track_id,listen_time\n")
    with out.capture() as shown:
        seed.upload_files(Settings(), seed.Order([file.path]))
    lines = [line.partition(" (")[0] for line in shown.get().splitlines()]
    assert lines[0] == "✓ Files to deliver: 1 file"
    assert lines[1].startswith("a.csv was delivered before, with the same content, in run manual__")
    assert lines[2] == "now it is uploaded"
