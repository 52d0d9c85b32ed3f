"""Generated deliveries: same arguments, same bytes, any size, with the flaws real files have."""

from __future__ import annotations

import csv
import hashlib
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from deliveries import SAMPLE
from oracle import oracle_items

from music.deliveries.generate import generate

LABEL = "generated_30000_rows_3_days_seed_7"


def track_ids(songs: Path) -> list[str]:
    with songs.open(encoding="utf-8", newline="") as text:
        return [row["track_id"] for row in csv.DictReader(text) if "track_id" in row]


def digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.parent.name}/{path.name}\n".encode() + path.read_bytes())
    return total.hexdigest()


def stream_lines(files: list[Path]) -> list[str]:
    streams = [path for path in files if path.parent.name == "user_streams"]
    return [line for path in streams for line in path.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate(30_000, 3, 7, tmp_path_factory.mktemp("delivery"), users=500, songs=2_000)


def test_same_arguments_give_the_same_bytes(tmp_path: Path, delivery: list[Path]) -> None:
    assert digest(generate(30_000, 3, 7, tmp_path, users=500, songs=2_000)) == digest(delivery)


def test_the_bytes_are_the_same_on_every_machine_and_python(delivery: list[Path]) -> None:
    """A deliberate change of the generator changes this digest, nothing else may."""
    assert digest(delivery) == "1e89c8a379956e430c805e0e0245c687dedc83ecc7766f97e80c075329e2415b"


def test_another_seed_gives_other_listens(tmp_path: Path, delivery: list[Path]) -> None:
    assert digest(generate(30_000, 3, 8, tmp_path, users=500, songs=2_000)) != digest(delivery)


@pytest.mark.parametrize(("rows", "days"), [(1, 1), (2, 5), (10, 3), (20_001, 2)])
def test_writes_exactly_the_rows_asked_for(tmp_path: Path, rows: int, days: int) -> None:
    assert len(stream_lines(generate(rows, days, 1, tmp_path, users=3, songs=3))) == rows


def test_each_day_comes_in_several_files_none_empty(delivery: list[Path]) -> None:
    names = [path.name for path in delivery if path.parent.name == "user_streams"]
    assert names == [f"{LABEL}_2001-01-0{day}_00{piece}.csv" for day in (1, 2, 3) for piece in (1, 2)]


def test_names_ids_and_days_are_no_others(tmp_path: Path, delivery: list[Path]) -> None:
    """Neither those of the sample nor those of another generated delivery."""
    other = generate(1_000, 1, 7, tmp_path)
    files: list[str] = []
    ids: list[set[str]] = []
    for paths in (delivery, other, sorted(SAMPLE.rglob("*.csv"))):
        songs = [path for path in paths if path.parent.name == "songs"]
        ids.append({track_id for path in songs for track_id in track_ids(path)})
        files += [f"{path.parent.name}/{path.name}" for path in paths]
    assert len(files) == len(set(files))
    assert not ids[0] & ids[1]
    assert not (ids[0] | ids[1]) & ids[2]
    days = {line.rpartition(",")[2][:10] for line in stream_lines(other) if line.count(",") == 2}
    assert {day for day in days if day[:1].isdigit()} == {"2001-01-01"}


@pytest.mark.parametrize(
    ("rows", "songs", "users"), [(1, 1, 1), (1_000, 100, 200), (1_000_000, 10_000, 50_000)]
)
def test_songs_and_users_scale_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, songs: int, users: int
) -> None:
    monkeypatch.setattr("music.deliveries.generate._write_streams", lambda *_: None)
    written = generate(rows, 1, 1, tmp_path)
    assert len(set(track_ids(written[0]))) == songs
    assert len(written[1].read_text(encoding="utf-8").splitlines()) - 1 == users


def test_a_few_tracks_are_played_much_and_many_rarely(delivery: list[Path]) -> None:
    plays = Counter(line.split(",")[1] for line in stream_lines(delivery) if line.count(",") == 2)
    counts = sorted(plays.values(), reverse=True)
    assert (counts[0], counts[len(counts) // 2]) == (2357, 8)


def test_holds_duplicates_unknown_tracks_unknown_users_and_bad_rows(delivery: list[Path]) -> None:
    lines = stream_lines(delivery)
    assert len(lines) - len(set(lines)) == 153
    assert sum(",gone" in line for line in lines) == 296
    assert sum(line.startswith("guest") for line in lines) == 61
    assert sum("yesterday" in line for line in lines) == 4


def test_titles_need_a_real_csv_reader(delivery: list[Path]) -> None:
    with delivery[0].open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, strict=True))
    titles = " ".join(row["track_name"] for row in rows)
    assert [part for part in ['"', ",", "\\", "夜", "🎧"] if part not in titles] == []
    assert None not in {value for row in rows for value in row.values()}


def test_some_songs_have_two_genres_and_some_no_duration(delivery: list[Path]) -> None:
    genres = Counter(track_ids(delivery[0]))
    assert Counter(genres.values()) == {1: 1_990, 2: 10}
    with delivery[0].open(encoding="utf-8", newline="") as text:
        assert sum(not row["duration_ms"].isdigit() for row in csv.DictReader(text)) == 6


def test_ranks_are_tied(delivery: list[Path]) -> None:
    items = oracle_items(streams=delivery[2:], songs=delivery[:1])
    thirds = [item["top_3_songs"] for item in items["TopSongsByGenre"] if len(item["top_3_songs"]) == 3]
    assert len(thirds) == 60
    assert sum(songs[1]["listens"] == songs[2]["listens"] for songs in thirds) == 4


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for rows in (40_000, 160_000):
        tracemalloc.start()
        generate(rows, 1, 1, tmp_path / str(rows), users=100, songs=100)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_is_fast_enough_for_millions_of_rows(tmp_path: Path) -> None:
    """Measured at 400,000 rows a second; below 100,000 of processor time something is wrong."""
    started = time.process_time()
    generate(200_000, 2, 1, tmp_path, users=1_000, songs=1_000)
    assert 200_000 / (time.process_time() - started) > 100_000


@pytest.mark.parametrize("wrong", ["rows", "days", "users", "songs"])
def test_refuses_nothing_to_do_and_names_it(tmp_path: Path, wrong: str) -> None:
    numbers = {"rows": 1, "days": 1, "users": 1, "songs": 1, wrong: 0}
    with pytest.raises(ValueError, match=f"{wrong} must be 1 or more, not 0"):
        generate(
            numbers["rows"], numbers["days"], 1, tmp_path, users=numbers["users"], songs=numbers["songs"]
        )
