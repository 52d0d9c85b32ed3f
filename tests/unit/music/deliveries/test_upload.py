"""Delivering files: which kind a file is, which key it gets, how many rows it has."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from music.deliveries.upload import collect

STREAMS = "user_id,track_id,listen_time\nu1,t1,2024-06-25 10:00:00\n"
SONGS = 'track_id,track_name,track_genre,duration_ms\nt1,"a ""b"",\nc",jazz,1000\n'
GZIPPED = gzip.compress(STREAMS.encode())
USERS = "user_id,user_name\nu1,Ann\n"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _keys(*paths: Path) -> list[str]:
    return [delivery.key for delivery in collect(paths)]


def test_a_single_file_is_known_by_its_header(tmp_path: Path) -> None:
    assert _keys(_write(tmp_path / "my.csv", STREAMS)) == ["spotify_data/user_streams/my.csv"]
    assert _keys(_write(tmp_path / "s.csv", SONGS)) == ["spotify_data/songs/s.csv"]
    assert _keys(_write(tmp_path / "u.csv", USERS)) == ["spotify_data/users/u.csv"]


def test_the_header_may_have_a_bom_other_case_and_blanks(tmp_path: Path) -> None:
    path = _write(tmp_path / "my.csv", "\ufeffUser_ID, TRACK_ID ,Listen_Time,extra\n")
    assert _keys(path) == ["spotify_data/user_streams/my.csv"]


def test_a_compressed_file_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "my.csv.gz"
    path.write_bytes(gzip.compress(STREAMS.encode()))
    assert _keys(path) == ["spotify_data/user_streams/my.csv.gz"]


def test_in_a_kind_s_folder_a_file_is_of_that_kind_whatever_is_in_it(tmp_path: Path) -> None:
    _write(tmp_path / "README.md", "not a delivery")
    _write(tmp_path / "user_streams" / "broken.csv", "nonsense")
    _write(tmp_path / "user_streams" / "evening run" / "été.csv", STREAMS)
    expected = ["spotify_data/user_streams/broken.csv", "spotify_data/user_streams/evening run/été.csv"]
    assert _keys(tmp_path) == expected
    assert _keys(tmp_path / "user_streams") == expected
    assert _keys(tmp_path / "user_streams" / "broken.csv") == expected[:1]


def test_songs_and_users_go_before_the_streams_that_refer_to_them(tmp_path: Path) -> None:
    _write(tmp_path / "user_streams" / "a.csv", STREAMS)
    _write(tmp_path / "users" / "b.csv", USERS)
    _write(tmp_path / "songs" / "c.csv", SONGS)
    assert [delivery.kind for delivery in collect([tmp_path])] == ["songs", "users", "streams"]


def test_a_header_that_fits_nothing_is_refused_with_what_would_fit(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        collect([_write(tmp_path / "my.csv", "a,b\n1,2\n")])
    assert caught.value.expected == (
        "a first line with the names of the columns, of streams: user_id, track_id, listen_time;"
        " of songs: track_id, track_name, track_genre, duration_ms; of users: user_id, user_name"
    )
    assert caught.value.found == "my.csv with a, b; nothing was uploaded"
    command = f"make seed FILE={tmp_path / 'my.csv'}"
    assert caught.value.next_command == f"write the names of the columns in its first line, then: {command}"


def test_of_a_header_that_nearly_fits_it_is_said_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        collect([_write(tmp_path / "my.csv", "track_id,Duration_MS,name\nt1,1000,a\n")])
    lacks = "name its columns so (of a file of songs it lacks track_name and track_genre)"
    assert caught.value.next_command == f"{lacks}, then: make seed FILE={tmp_path / 'my.csv'}"


SAVE = "save it as CSV UTF-8 (comma delimited)"


@pytest.mark.parametrize(
    ("name", "content", "what", "remedy", "result"),
    [
        ("my.xlsx", b"PK\x03\x04\x14\x00", "a workbook", SAVE, "my.csv"),
        ("my.csv", b"PK\x03\x04\x14\x00", "a workbook or ZIP", SAVE, "my.csv"),
        ("my.csv.gz", gzip.compress(b"PK\x03\x04\x14\x00"), "a workbook or ZIP", SAVE, "my.csv"),
        ("MY.XLS", STREAMS.encode(), "a workbook", SAVE, "MY.csv"),
        ("my.txt", b"\xff\xfe" + STREAMS.encode("utf-16-le"), "text in UTF-16", SAVE, "my.csv"),
        ("my.csv", gzip.compress(STREAMS.encode()), "compressed with gzip", "name it so", "my.csv.gz"),
        ("my.csv", b"\x89PNG\r\n\x1a\n", "a binary file", SAVE, "my.csv"),
    ],
    ids=["workbook", "zip", "zip in gzip", "by its name", "UTF-16", "gzip", "binary"],
)
def test_what_is_no_text_is_named_and_none_of_its_bytes_shown(
    tmp_path: Path, name: str, content: bytes, what: str, remedy: str, result: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        collect([path])
    assert (caught.value.expected, caught.value.found) == ("a CSV file", f"{path}, which is {what}")
    assert caught.value.next_command == f"{remedy}, then: make seed FILE={tmp_path / result}"


def test_a_header_that_is_not_utf8_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_bytes(b"user_id,track_id,listen_time,caf\xe9\n")
    assert _keys(path) == ["spotify_data/user_streams/my.csv"]


@pytest.mark.parametrize(
    "content",
    [b"x", GZIPPED[:20], GZIPPED[:10] + b"\xff" * 9],
    ids=["none", "cut off", "damaged"],
)
def test_a_broken_gzip_file_is_one_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "my.csv.gz"
    path.write_bytes(content)
    with pytest.raises(SandboxError) as caught:
        collect([path])
    assert caught.value.expected == "a file that can be read"
    assert caught.value.found.startswith(f"{path}: ")


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"no .*gone\.csv"):
        collect([tmp_path / "gone.csv"])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_with_another_separator_a_file_is_of_its_kind_too(tmp_path: Path, separator: str) -> None:
    path = _write(tmp_path / "my.csv", STREAMS.replace(",", separator))
    assert _keys(path) == ["spotify_data/user_streams/my.csv"]


def test_a_link_that_leads_out_of_the_folder_is_not_delivered(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("user_id,track_id,listen_time\n")
    folder = tmp_path / "delivery" / "user_streams"
    folder.mkdir(parents=True)
    (folder / "innocent.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SandboxError) as caught:
        collect([tmp_path / "delivery"])
    assert "innocent.csv is a link to" in caught.value.found
