"""Bytes in, rows out; and every way a file can be bad."""

from __future__ import annotations

import gzip
import io
from typing import NamedTuple

import pytest
from glue_service.bombs import gzip_bomb

from music_streams.contracts import SONGS, STREAMS, InputFile
from music_streams.deliveries import csv_reader
from music_streams.deliveries.csv_reader import MAX_FIELD, MAX_PIECE, ROWS_AT_ONCE, BadFileError, read_rows

HEADER = b"user_id,track_id,listen_time\n"
LISTEN = b"7,t1,2024-06-25 10:00:00\n"
VALUES: dict[str, str | None] = {"user_id": "7", "track_id": "t1", "listen_time": "2024-06-25 10:00:00"}


class Row(NamedTuple):
    """One row as it was read."""

    number: int
    values: dict[str, str | None]
    problem: str | None = None
    raw: str | None = None


def read(content: bytes, key: str = "a.csv", contract: InputFile = STREAMS) -> list[Row]:
    return [
        Row(
            rows.first + at,
            {name: values[at] for name, values in rows.columns.items()},
            rows.problems[at],
            rows.raw[at],
        )
        for rows in read_rows(io.BytesIO(content), key, contract)
        for at in range(len(rows))
    ]


@pytest.mark.parametrize(
    ("what", "content", "key"),
    [
        ("LF", HEADER + LISTEN, "a.csv"),
        ("CRLF", (HEADER + LISTEN).replace(b"\n", b"\r\n"), "a.csv"),
        ("no newline at the end", (HEADER + LISTEN)[:-1], "a.csv"),
        ("byte order mark", b"\xef\xbb\xbf" + HEADER + LISTEN, "a.csv"),
        ("gzip", gzip.compress(HEADER + LISTEN, mtime=0), "a.csv.gz"),
        ("two gzip members", gzip.compress(HEADER, mtime=0) + gzip.compress(LISTEN, mtime=0), "a.csv.gz"),
        ("upper case suffix", HEADER + LISTEN, "A.CSV"),
        ("header in other case, with spaces", b" User_ID ,TRACK_id, Listen_Time\n" + LISTEN, "a.csv"),
        (
            "header with blanks of other kinds",
            "\tuser_id\u00a0,\u200btrack_id,listen_time\ufeff\n".encode() + LISTEN,
            "a.csv",
        ),
        ("quoted header", b'"user_id","track_id","listen_time"\n' + LISTEN, "a.csv"),
        (
            "other column order and extra columns",
            b"x,listen_time,track_id,y,user_id\n?,2024-06-25 10:00:00,t1,,7\n",
            "a.csv",
        ),
        ("blank lines", b"\n" + HEADER + b"\n" + LISTEN + b"\r\n\n", "a.csv"),
    ],
)
def test_the_same_row_is_read_from_every_lawful_way_to_write_it(what: str, content: bytes, key: str) -> None:
    assert read(content, key) == [Row(1, VALUES)], what


def test_quotes_commas_newlines_and_backslashes_in_titles_stay_as_they_are() -> None:
    content = (
        "track_id,track_name,track_genre,duration_ms\r\n"
        't1,"Say ""Hi"", 東京\nカタカナ\r\n\\",pop,1\r\n'
        "t2,back\\slash,pop,2\r\n"
    ).encode()
    names = [row.values["track_name"] for row in read(content, contract=SONGS)]
    assert names == ['Say "Hi", 東京\nカタカナ\r\n\\', "back\\slash"]


def test_absent_optional_columns_are_not_made_up() -> None:
    rows = read(b"track_id,track_name,track_genre,duration_ms\nt1,n,pop,1\n", contract=SONGS)
    assert rows == [Row(1, {"track_id": "t1", "track_name": "n", "track_genre": "pop", "duration_ms": "1"})]


def test_a_header_alone_is_a_good_file_without_rows() -> None:
    assert read(HEADER) == []


def test_a_row_with_another_number_of_fields_is_a_bad_row_and_the_rest_is_read() -> None:
    rows = read(HEADER + b'7,"a,b"\n7,t1,2024-06-25 10:00:00,more\n' + LISTEN)
    assert rows == [
        Row(1, {"user_id": "7", "track_id": "a,b", "listen_time": None}, "field_count", '7,"a,b"'),
        Row(2, VALUES, "field_count", "7,t1,2024-06-25 10:00:00,more"),
        Row(3, VALUES),
    ]


@pytest.mark.parametrize(
    ("code", "content", "key", "explanation"),
    [
        ("empty_file", b"", "a.csv", "expected a header line, found nothing"),
        ("empty_file", b"\xef\xbb\xbf\n\r\n", "a.csv", "expected a header line, found nothing"),
        ("empty_file", b"", "a.csv.gz", "expected a header line, found nothing"),
        (
            "missing_column",
            b"user_id,track\n1,2\n",
            "a.csv",
            "expected track_id, listen_time, found user_id, track",
        ),
        (
            "duplicate_column",
            b"user_id,USER_ID,track_id,listen_time\n",
            "a.csv",
            "expected one column user_id",
        ),
        ("not_utf8", HEADER + b"1,caf\xe9,2024-06-25 10:00:00\n", "a.csv", "expected UTF-8, found byte 0xe9"),
        ("not_utf8", (HEADER + LISTEN).decode().encode("utf-16"), "a.csv", "found byte 0xff"),
        ("not_utf8", gzip.compress(HEADER, mtime=0), "a.csv", "found byte 0x8b"),
        ("not_csv", HEADER + b"1,t\0x,2024-06-25 10:00:00\n", "a.csv", "a NUL byte"),
        ("not_csv", HEADER + LISTEN + b'1,"t1,2024-06-25 10:00:00\n', "a.csv", "after row 1"),
        ("not_csv", HEADER + b'1,"t"1,2024-06-25 10:00:00\n', "a.csv", "after row 0"),
        ("not_csv", HEADER + b"x" * (MAX_FIELD + 1), "a.csv", f"a line of more than {MAX_FIELD} characters"),
        (
            "truncated_gzip",
            gzip.compress(HEADER + LISTEN, mtime=0)[:-9],
            "a.csv.gz",
            "expected a whole gzip file",
        ),
        ("not_gzip", HEADER + LISTEN, "a.csv.gz", "expected a gzip file"),
        ("workbook", b"PK\x03\x04", "in/a b.xlsx", "'a b.xlsx' is a workbook: save it as CSV UTF-8"),
        ("workbook", b"PK\x03\x04", "a.csv", "'a.csv' holds a workbook or ZIP"),
        (
            "wrong_separator",
            HEADER.replace(b",", b";"),
            "a.csv",
            "separated by commas, they are by semicolons",
        ),
        ("wrong_separator", HEADER.replace(b",", b"\t"), "a.csv", "commas, they are by tabs"),
        (
            "wrong_suffix",
            HEADER + LISTEN,
            "in/a b.txt",
            "expected a name ending in .csv or .csv.gz, found 'a b.txt'",
        ),
    ],
)
def test_a_bad_file_is_refused_with_what_was_expected_and_found(
    code: str, content: bytes, key: str, explanation: str
) -> None:
    with pytest.raises(BadFileError) as caught:
        read(content, key)
    assert caught.value.code == code
    assert explanation in str(caught.value)


def test_a_field_longer_than_allowed_over_many_lines_is_refused() -> None:
    content = HEADER + b'1,"' + b"line\n" * (MAX_FIELD // 4) + b'",2024-06-25 10:00:00\n'
    with pytest.raises(BadFileError, match=r"not_csv: .*field limit"):
        read(content)


@pytest.mark.parametrize(
    ("block", "times"),
    [
        (b"x" * (MAX_FIELD - 2) + b"\n", 4096),  # four gigabytes of long rows
        (b'"' + b"x" * (MAX_FIELD - 8) + b'\n",', 4096),  # one row of long fields, which never ends
    ],
    ids=["long rows", "an endless row"],
)
def test_a_few_bytes_that_unpack_to_gigabytes_are_refused_before_they_do(block: bytes, times: int) -> None:
    body = io.BytesIO(gzip.compress(HEADER, mtime=0) + gzip_bomb(block, times))
    with pytest.raises(
        BadFileError, match=f"not_csv: .*more than {MAX_PIECE} characters in {ROWS_AT_ONCE} rows"
    ):
        list(read_rows(body, "a.csv.gz", STREAMS))
    assert body.tell() < 512 * 1024 < len(body.getvalue()) / 4


@pytest.mark.parametrize("block", [1, 2, 7])
def test_where_a_file_is_cut_into_blocks_and_pieces_makes_no_difference(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    header = HEADER.replace(b"\n", b"\r\n")
    content = header + '7,"a\r\nb","c""d"\r\n\r\n8,東,x\n9,t\r1,t,y'.encode()
    whole = read(content)
    monkeypatch.setattr(csv_reader, "BLOCK", block)
    monkeypatch.setattr(csv_reader, "ROWS_AT_ONCE", 1)
    assert read(content) == whole
    assert [row.values["track_id"] for row in whole] == ["a\r\nb", "東", "t", "t"]
    with pytest.raises(BadFileError, match=r"not_csv: .* after row 4"):
        read(content + b'\n1,"')


def test_memory_does_not_grow_with_the_file() -> None:
    """Rows come while the body is still being read."""

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return (LISTEN * (size // len(LISTEN) + 1))[: size // len(LISTEN) * len(LISTEN)] or LISTEN[:size]

    rows = read_rows(_Chain(io.BytesIO(HEADER), Endless()), "a.csv", STREAMS)
    assert [len(next(rows)) for _ in range(3)] == [ROWS_AT_ONCE] * 3


class _Chain:
    def __init__(self, first: io.BytesIO, second: io.RawIOBase) -> None:
        self._first, self._second = first, second

    def read(self, size: int) -> bytes:
        return self._first.read(size) or self._second.read(size) or b""
