"""Uploads start the DAG; what DynamoDB holds in the end is what a count of the CSV files says."""

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data"
BUCKET, DAG = "music-streaming-analytics", "music_streaming_pipeline"
RAW = "data/raw/streams/"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def listens(*names: str) -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """User, track and duration of each listen, by day and genre; a song's first genre counts."""
    listed = sorted(
        (row["track_id"], row["track_genre"], int(row["duration_ms"])) for row in rows("songs.csv")
    )
    songs = {track: (genre, duration) for track, genre, duration in reversed(listed)}
    found: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for user, track, time in {tuple(row.values()) for name in names for row in rows(name)}:
        if track in songs and time[:2] == "20":
            genre, duration = songs[track]
            found.setdefault((time[:10], genre), []).append((user, track, duration))
    return found


def assert_kpis(dynamodb, *names: str) -> None:
    expected = listens(*names)
    items = dynamodb.Table("MusicStreamingKPIs").scan()["Items"]
    stored = {(item["listen_date"], item["track_genre"]): item for item in items}
    assert set(stored) == set(expected)
    for key, them in expected.items():
        users, time = {user for user, _, _ in them}, sum(ms for _, _, ms in them)
        assert stored[key]["listen_count"] == len(them)
        assert stored[key]["unique_listeners"] == len(users)
        assert stored[key]["total_listening_time"] == time
        average = Decimal(time) / len(users) / 1000
        assert stored[key]["avg_listening_time_per_user"] == round(average, 6)

    top = {
        (item["listen_date"], item["track_genre"]): item
        for item in dynamodb.Table("TopSongsByGenre").scan()["Items"]
    }
    assert {
        key: [(song["track_id"], int(song["listens"])) for song in item["top_3_songs"]]
        for key, item in top.items()
    } == {key: in_order(Counter(track for _, track, _ in them))[:3] for key, them in expected.items()}

    days = {day for day, _ in expected}
    genres = {
        item["listen_date"]: item["top_5_genres"] for item in dynamodb.Table("TopGenresByDay").scan()["Items"]
    }
    assert {
        day: [(each["track_genre"], int(each["listens"])) for each in ranked]
        for day, ranked in genres.items()
    } == {day: in_order({g: len(them) for (d, g), them in expected.items() if d == day})[:5] for day in days}


def in_order(counts) -> list[tuple[str, int]]:
    """Most listens first; of equal ones, the first name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def keys(s3, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in found if not each["Key"].endswith("/")]


@pytest.fixture(autouse=True, scope="module")
def nothing_is_there(sandbox) -> None:
    """The tests begin with empty buckets and tables, whatever was delivered before."""
    sandbox.delete_all_data()


def test_each_upload_starts_the_dag_and_a_later_one_of_the_day_adds_to_its_kpis(
    sandbox, s3, dynamodb
) -> None:
    def upload(name: str) -> dict[str, str | None]:
        return sandbox.run_started_by(lambda: s3.upload_file(str(DATA / name), BUCKET, RAW + name), DAG)

    s3.upload_file(str(DATA / "songs.csv"), BUCKET, "data/raw/songs/songs.csv")
    states = upload("without_tracks.csv")
    assert (states["check_valid_files"], states["transform_compute_kpis"]) == ("success", "skipped")

    upload("streams1.csv")
    # By hand: rock has six listens and pop three; of four genres with one, soul is the last by name.
    top = dynamodb.Table("TopGenresByDay").get_item(Key={"listen_date": "2024-06-25"})["Item"]["top_5_genres"]
    assert [each["track_genre"] for each in top] == ["rock", "pop", "blues", "folk", "jazz"]
    assert_kpis(dynamodb, "streams1.csv")

    upload("streams2.csv")
    # By hand: pop is t1, of 200 s, played by users 1 (twice), 2 and, in the second file, 4.
    pop = {"listen_date": "2024-06-25", "kpi_type": "GENRE#pop"}
    assert dynamodb.Table("MusicStreamingKPIs").get_item(Key=pop)["Item"] == pop | {
        "track_genre": "pop",
        "listen_count": 4,
        "unique_listeners": 3,
        "total_listening_time": 800_000,
        "avg_listening_time_per_user": Decimal("266.666667"),
    }
    assert_kpis(dynamodb, "streams1.csv", "streams2.csv")

    assert keys(s3, RAW) == []
    archived = [key.removeprefix("data/archive/").split("_", 1) for key in sorted(keys(s3, "data/archive/"))]
    assert [name for _, name in archived] == ["streams1.csv", "streams2.csv"]
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/\d{8}T\d{6}", moved_at) for moved_at, _ in archived)
    assert keys(s3, "data/error/") == ["data/error/without_tracks.csv"]
    files = {item["file_key"]: item for item in dynamodb.Table("FileValidationMetadata").scan()["Items"]}
    statuses = ("validation_status", "kpi_ingestion_status", "archival_status")
    assert {key: tuple(item.get(name) for name in statuses) for key, item in files.items()} == {
        f"{RAW}streams1.csv": ("SUCCESS", "SUCCESS", "SUCCESS"),
        f"{RAW}streams2.csv": ("SUCCESS", "SUCCESS", "SUCCESS"),
        f"{RAW}without_tracks.csv": ("FAILED", None, None),
    }
