"""The sample keeps its teeth (nothing may smooth its bytes), and its answers do not contradict each other."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from deliveries import EXPECTED, SAMPLE, expected_items, expected_ledger, json_lines, sample_streams
from oracle import KEYS, Item

STREAMS = SAMPLE / "user_streams"


def delivered_keys() -> set[str]:
    folders = ("songs", "users", "user_streams")
    files = (path for folder in folders for path in (SAMPLE / folder).rglob("*") if path.is_file())
    return {f"spotify_data/{path.relative_to(SAMPLE).as_posix()}" for path in files}


def data_rows(path: Path) -> list[list[str]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, strict=True))[1:]


def test_every_delivered_file_has_a_row_in_the_expected_ledger() -> None:
    assert delivered_keys() == set(expected_ledger())


def test_good_files_are_those_the_expected_ledger_calls_good() -> None:
    good = {
        key
        for key, row in expected_ledger().items()
        if row["kind"] == "streams" and row["validation_status"] == "SUCCESS"
    }
    assert good == {f"spotify_data/{path.relative_to(SAMPLE).as_posix()}" for path in sample_streams()}


def test_row_counts_of_the_expected_ledger_are_those_of_the_files() -> None:
    for key, row in expected_ledger().items():
        if row["validation_status"] == "SUCCESS":
            assert row["rows"] == len(data_rows(SAMPLE / key.removeprefix("spotify_data/"))), key


def test_every_row_of_a_stream_file_is_new_or_a_duplicate_or_rejected() -> None:
    for key, row in expected_ledger().items():
        if "new_listens" in row:
            assert row["rows"] == row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"], key
            assert row["rejected_rows"] == sum(row["rejected_reasons"].values()), key


def test_rejected_rows_are_those_the_ledger_counts() -> None:
    counted = {
        key: row["rejected_reasons"] for key, row in expected_ledger().items() if row.get("rejected_rows")
    }
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in json_lines(EXPECTED / "rejected_rows.jsonl"):
        found[row["source_key"]][row["reason"]] += 1
    assert found == counted


def test_new_listens_of_all_files_are_the_listens_of_all_days() -> None:
    days = [
        item["listen_count"] for item in expected_items()["MusicStreamingKPIs"] if item["kpi_type"] == "DAY"
    ]
    assert sum(row.get("new_listens", 0) for row in expected_ledger().values()) == sum(days) == 44


@pytest.mark.parametrize("name", ["listen_count", "total_listening_time"])
def test_hours_add_up_to_days(name: str) -> None:
    by_hour: Counter[str] = Counter()
    by_day: Counter[str] = Counter()
    for item in expected_items()["MusicStreamingKPIs"]:
        if item["kpi_type"] == "DAY":
            by_day[item["listen_date"]] += item[name]
        elif item["kpi_type"].startswith("HOUR#") and "GENRE" not in item["kpi_type"]:
            by_hour[item["listen_date"]] += item[name]
    assert by_hour == by_day


def test_genre_hours_add_up_to_genres() -> None:
    totals: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    for item in expected_items()["MusicStreamingKPIs"]:
        if "GENRE#" in item["kpi_type"]:
            in_an_hour = item["kpi_type"].startswith("HOUR#")
            genre = item["kpi_type"].split("GENRE#")[1]
            totals[in_an_hour][item["listen_date"], genre] += item["listen_count"]
    assert totals[True] == totals[False]


def test_tracks_add_up_to_genres() -> None:
    tracks: Counter[tuple[str, str]] = Counter()
    for item in expected_items()["track_level_reports"]:
        if item["song_known"]:
            tracks[item["report_date"], item["track_genre"]] += item["total_listening_time"]
    genres = Counter(
        {(i["date"], i["track_genre"]): i["total_listening_time"] for i in expected_items()["GenreDailyKPIs"]}
    )
    assert tracks == genres


def test_lists_for_people_say_what_the_ranked_lists_say() -> None:
    expected = expected_items()
    songs = {
        (item["listen_date"], item["track_genre"]): ", ".join(
            song["track_name"] for song in item["top_3_songs"]
        )
        for item in expected["TopSongsByGenre"]
    }
    genres = {
        item["listen_date"]: ", ".join(genre["track_genre"] for genre in item["top_5_genres"])
        for item in expected["TopGenresByDay"]
    }
    for item in expected["GenreDailyKPIs"]:
        assert item["top_3_songs"] == songs[item["date"], item["track_genre"]]
        assert item["top_5_genres"] == genres[item["date"]]


@pytest.mark.parametrize("table", KEYS)
def test_keys_are_unique(table: str) -> None:
    def key(item: Item) -> tuple[str, ...]:
        return tuple(item[name] for name in KEYS[table])

    assert max(Counter(map(key, expected_items()[table])).values()) == 1


def test_the_evening_file_has_a_byte_order_mark_and_crlf() -> None:
    content = (STREAMS / "02_evening_bom_crlf.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 14


def test_the_truncated_file_is_gzip_that_ends_too_early() -> None:
    with pytest.raises(EOFError):
        gzip.decompress((STREAMS / "13_truncated.csv.gz").read_bytes())


@pytest.mark.parametrize("name", ["12_binary_junk.csv", "15_latin1.csv"])
def test_wrongly_encoded_files_are_not_utf8(name: str) -> None:
    with pytest.raises(UnicodeDecodeError):
        (STREAMS / name).read_text(encoding="utf-8")


def test_the_empty_file_is_empty_and_the_header_only_one_has_a_header() -> None:
    assert (STREAMS / "14_empty.csv").read_bytes() == b""
    assert (STREAMS / "06_header_only.csv").read_bytes() == b"user_id,track_id,listen_time\n"


def test_the_unclosed_quote_is_never_closed() -> None:
    with pytest.raises(csv.Error):
        data_rows(STREAMS / "16_unclosed_quote.csv")
