"""Both batches of a day, end to end: what DynamoDB holds is what a count of the CSV files says."""

import csv
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data"
BUCKET, DAG = "music-streams", "dag_glue_workflow"


def counted(*names: str) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Plays, listeners and milliseconds of each day and genre, by plain Python."""
    with (DATA / "songs.csv").open(newline="") as file:
        listed = sorted(
            (row["track_id"], row["track_genre"], int(row["duration_ms"])) for row in csv.DictReader(file)
        )
    songs = {
        track: (genre, duration) for track, genre, duration in reversed(listed)
    }  # the first genre counts

    plays = set()
    for name in names:
        with (DATA / name).open(newline="") as file:
            plays |= {tuple(row.values()) for row in csv.DictReader(file)}
    days: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for user, track, time in plays:
        if track and time[:2] == "20":
            genre, duration = songs.get(track, ("unknown", 0))
            days.setdefault((time[:10], genre), []).append((user, duration))
    return {
        key: (len(them), len({user for user, _ in them}), sum(ms for _, ms in them))
        for key, them in days.items()
    }


def stored(dynamodb) -> dict[tuple[str, str], tuple[int, int, int]]:
    items = dynamodb.Table("genre_plays").scan()["Items"]
    names = ("listen_count", "unique_listeners", "total_listening_time")
    return {
        (each["play_date"], each["track_genre"]): tuple(int(each[name]) for name in names) for each in items
    }


def keys(s3, prefix: str) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]


@pytest.fixture(autouse=True, scope="module")
def nothing_is_there(sandbox) -> None:
    """The tests begin with empty buckets and tables, whatever was delivered before."""
    sandbox.delete_all_data()


def test_two_batches_of_a_day_are_counted_together_and_archived(s3, dynamodb, run_dag) -> None:
    s3.upload_file(str(DATA / "songs.csv"), BUCKET, "reference/songs.csv")
    s3.upload_file(str(DATA / "sample_plays.csv"), BUCKET, "incoming/sample_plays.csv")
    assert set(run_dag(DAG).values()) <= {"success", "skipped"}  # skipped: a tick of the schedule was faster
    # By hand: pop is t1, played at 10:00:00, 10:00:01 and 11:00:00 by users 1 and 2, 200 s each.
    assert counted("sample_plays.csv")["2024-06-25", "pop"] == (3, 2, 600_000)
    assert stored(dynamodb) == counted("sample_plays.csv")

    s3.upload_file(str(DATA / "later_plays.csv"), BUCKET, "incoming/later_plays.csv")
    run_dag(DAG)
    assert stored(dynamodb) == counted("sample_plays.csv", "later_plays.csv")

    assert [key for key in keys(s3, "incoming/") if key.endswith(".csv")] == []
    assert sorted(key.split("/")[-1] for key in keys(s3, "archive/")) == [
        "later_plays.csv",
        "sample_plays.csv",
    ]


def test_without_a_file_nothing_runs_until_the_next_tick(run_dag) -> None:
    states = run_dag(DAG)
    assert states.pop("check_files") == "success"
    assert set(states.values()) == {"skipped"}
