"""What is not valid ends the run or is set aside; the items of the rest are those worked out by hand."""

from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent / "data"
BUCKET, ROOT, DAG = "song-kpis-of-the-team", "spotify_data", "validated_glue_workflow"

# t1 three times by two users, 200 s each; t2, of 300 s, once, for that row is there twice; nobody knows t9;
# t4, of 180 s, once on each day. Rock has two listens on the first day, one each of t2 and t4; pop has three.
TITLES = {"t1": ('Hello, "World"', "Ann;Bob"), "t2": ("Back\\slash", "Bob"), "t4": ("Fourth", "Dan")}
BY_HAND = {
    # song, day: listens, users, milliseconds, seconds per user, genre, rank in it, the genre's rank
    ("t1", "2024-06-25"): (3, 2, 600_000, 300, "pop", 1, 1),
    ("t2", "2024-06-25"): (1, 1, 300_000, 300, "rock", 1, 2),
    ("t4", "2024-06-25"): (1, 1, 180_000, 180, "rock", 2, 2),
    ("t4", "2024-06-26"): (1, 1, 180_000, 180, "rock", 1, 1),
}
NAMES = (
    *("total_listens", "unique_users", "total_listening_time", "avg_listening_time_per_user"),
    *("track_genre", "rank_in_genre", "genre_rank"),
)


def names(s3, prefix: str) -> list[str]:
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{ROOT}/{prefix}").get("Contents", [])
    return [each["Key"].split("/")[-1] for each in found if not each["Key"].endswith("/")]


@pytest.fixture(autouse=True, scope="module")
def nothing_is_there(sandbox) -> None:
    """The tests begin with empty buckets and tables, whatever was delivered before."""
    sandbox.delete_all_data()


def test_files_are_validated_before_the_spark_job(s3, dynamodb, run_dag) -> None:
    def upload(kind: str, name: str, target: str = "") -> None:
        s3.upload_file(str(DATA / name), BUCKET, f"{ROOT}/{kind}/{target or name}")

    assert run_dag(DAG)["skip_execution"] == "success"

    upload("songs", "songs.csv")
    upload("users", "users_without_names.csv", "users.csv")
    upload("user_streams", "short_row.csv")
    with pytest.raises(AssertionError, match=r"not valid: .*users\.csv': 'without user_name"):
        run_dag(DAG)
    assert names(s3, "user_streams/") == ["short_row.csv"]

    upload("users", "users.csv")
    upload("user_streams", "streams.csv")
    run_dag(DAG)
    items = dynamodb.Table("track_level_reports").scan()["Items"]
    stored = {(each.pop("track_id"), each.pop("report_date")): each for each in items}
    assert stored.pop(("t9", "2024-06-25")) == {"total_listens": 1, "unique_users": 1}
    assert stored == {
        (track, day): dict(zip(NAMES, numbers, strict=True))
        | dict(zip(("track_name", "artists"), TITLES[track], strict=True))
        for (track, day), numbers in BY_HAND.items()
    }
    assert (names(s3, "user_streams/"), names(s3, "invalid/")) == ([], ["short_row.csv"])
    assert names(s3, "archive/") == ["streams.csv"]
