"""Two batches of a day, end to end: what DynamoDB holds is what a count of the CSV files says."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data"
BUCKET, ROOT, DAG = "team-music-analytics", "spotify_data", "dag_glue_workflow"
DAY = "2024-06-25"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def reports(*names: str) -> dict[tuple[str, str], dict[str, object]]:
    """The item of each song and day, by plain Python; a song's first genre counts."""
    songs = {row["track_id"]: row for row in sorted(rows("sample_songs.csv"), key=genre, reverse=True)}
    streams = {tuple(row.values()) for name in names for row in rows(name)}
    listens = [(time[:10], track, user) for user, track, time in streams if track and time[:2] == "20"]
    genres = Counter((day, songs[track]["track_genre"]) for day, track, _ in listens if track in songs)

    found = {}
    for (day, track), count in Counter((day, track) for day, track, _ in listens).items():
        users = len({user for one, other, user in listens if (one, other) == (day, track)})
        item: dict[str, object] = {"total_listens": count, "unique_users": users}
        if song := songs.get(track):
            time = count * int(song["duration_ms"])
            item |= {name: song[name] for name in ("track_name", "artists", "track_genre")}
            item["total_listening_time"] = time
            item["avg_listening_time_per_user"] = round(Decimal(time) / users / 1000, 6)
        found[track, day] = item

    for (track, day), item in found.items():
        if "track_genre" in item:
            in_genre = {
                one: other["total_listens"]
                for (one, date), other in found.items()
                if (date, other.get("track_genre")) == (day, item["track_genre"])
            }
            of_day = {name: count for (date, name), count in genres.items() if date == day}
            item |= ranked("rank_in_genre", 3, in_genre, track)
            item |= ranked("genre_rank", 5, of_day, item["track_genre"])
    return found


def genre(song: dict[str, str]) -> str:
    return song["track_genre"]


def ranked(name: str, most: int, counts: dict, which: object) -> dict[str, int]:
    """The rank by listens, of equal ones by name, if it is among the first."""
    place = sorted(counts, key=lambda each: (-counts[each], each)).index(which) + 1
    return {name: place} if place <= most else {}


def stored(dynamodb) -> dict[tuple[str, str], dict[str, object]]:
    items = dynamodb.Table("track_level_reports").scan()["Items"]
    return {(each.pop("track_id"), each.pop("report_date")): each for each in items}


def ranks(items: dict, name: str, *tracks: str) -> list[object]:
    return [items[track, DAY].get(name) for track in tracks]


def names(s3, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{ROOT}/{prefix}").get("Contents", [])
    return sorted(each["Key"].split("/")[-1] for each in found if not each["Key"].endswith("/"))


@pytest.fixture(autouse=True, scope="module")
def nothing_is_there(sandbox) -> None:
    """The tests begin with empty buckets and tables, whatever was delivered before."""
    sandbox.delete_all_data()


def test_without_users_the_streams_wait_and_then_are_counted_day_by_day(s3, dynamodb, run_dag) -> None:
    def upload(folder: str, name: str) -> None:
        s3.upload_file(str(DATA / name), BUCKET, f"{ROOT}/{folder}/{name}")

    upload("songs", "sample_songs.csv")
    upload("user_streams", "sample_streams.csv")
    states = run_dag(DAG)
    assert states.pop("check_files") == states.pop("skip_execution") == "success"
    assert set(states.values()) == {"skipped"}
    assert names(s3, "user_streams/") == ["sample_streams.csv"]

    upload("users", "sample_users.csv")
    run_dag(DAG)
    first = stored(dynamodb)
    # By hand: t1, of 200 s, was played three times by two users; of t2 and t6, once each, t2 comes first.
    assert first["t1", DAY]["total_listening_time"] == 600_000
    assert first["t1", DAY]["avg_listening_time_per_user"] == 300
    assert ranks(first, "rank_in_genre", "t4", "t5", "t2", "t6") == [1, 2, 3, None]
    # rock 6, pop 3; of the others, with one each, blues, folk and jazz come before soul.
    assert ranks(first, "genre_rank", "t2", "t1", "t8") == [1, 2, None]
    assert first == reports("sample_streams.csv")

    upload("user_streams", "later_streams.csv")
    run_dag(DAG)
    second = stored(dynamodb)
    # By hand: t6 has three listens now and is first, t2 has lost its rank; t1 has four, of three users.
    assert ranks(second, "rank_in_genre", "t6", "t4", "t5", "t2") == [1, 2, 3, None]
    assert second["t1", DAY]["avg_listening_time_per_user"] == Decimal("266.666667")
    assert second == reports("sample_streams.csv", "later_streams.csv")

    assert names(s3, "user_streams/") == []
    assert names(s3, "archive/") == ["later_streams.csv", "sample_streams.csv"]


def test_the_reports_lie_in_s3_by_day(spark) -> None:
    reports = spark.read.parquet(f"s3://{BUCKET}/{ROOT}/output/song_kpis")
    days = reports.groupBy(reports.report_date.cast("string")).sum("total_listens").collect()
    # By hand: 14 valid listens that differ in the first file, three more in the second, and one a day later.
    assert sorted(map(tuple, days)) == [(DAY, 17), ("2024-06-26", 1)]
