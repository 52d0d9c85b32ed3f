"""Two daily runs, end to end: what DynamoDB holds is what a count of the CSV files says."""

import csv
import json
import runpy
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DATA, BUCKET, ARCHIVE, DAG = ROOT / "data", "astro-music-data", "astro-music-archive", "dag_v1"
FOLDERS = {f"{stage}/{kind}/" for stage in ("raw", "processed") for kind in ("streams", "songs", "users")}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def expected(*names: str) -> dict[tuple[str, str], dict[str, object]]:
    """The item of each day and genre, by plain Python; a song's first genre counts."""
    listed = sorted(rows("songs.csv"), key=lambda row: row["track_genre"], reverse=True)
    songs = {row["track_id"]: row for row in listed}
    streams = {tuple(row.values()) for name in names for row in rows(name)}
    listens = [
        (time[:10], songs[track]["track_genre"], track, user)
        for user, track, time in streams
        if track in songs and time[:2] == "20"
    ]
    items: dict[tuple[str, str], dict[str, object]] = {}
    for day, genre in {(day, genre) for day, genre, _, _ in listens}:
        tracks = [track for date, name, track, _ in listens if (date, name) == (day, genre)]
        users = {user for date, name, _, user in listens if (date, name) == (day, genre)}
        time = sum(int(songs[track]["duration_ms"]) for track in tracks)
        items[day, genre] = {
            "listen_count": len(tracks),
            "unique_listeners": len(users),
            "total_listening_time": time,
            "avg_listening_time_per_user": round(Decimal(time) / len(users) / 1000, 6),
            "top_3_songs": ",".join(songs[track]["track_name"] for track in most(tracks, 3)),
            "top_5_genres": ",".join(most([name for date, name, _, _ in listens if date == day], 5)),
        }
    return items


def most(names: list[str], count: int) -> list[str]:
    """The most frequent ones; of equal ones, the first by name."""
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], name))[:count]


def stored(dynamodb) -> dict[tuple[str, str], dict[str, object]]:
    items = dynamodb.Table("genre_daily_kpis").scan()["Items"]
    return {(each.pop("date"), each.pop("track_genre")): each for each in items}


def keys(s3, bucket: str, prefix: str = "") -> set[str]:
    return {each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])}


@pytest.fixture(autouse=True, scope="module")
def nothing_is_there(sandbox) -> None:
    """The tests begin with empty buckets and tables, whatever was delivered before."""
    sandbox.delete_all_data()


def test_a_bad_file_fails_the_run_with_a_mail_and_the_others_are_loaded_and_archived(
    sandbox, s3, dynamodb, run_dag
) -> None:
    def upload(kind: str, name: str) -> None:
        s3.upload_file(str(DATA / name), BUCKET, f"raw/{kind}/{name}")

    ses = sandbox.client("ses")
    ses.verify_email_identity(EmailAddress="pipeline@music.example")
    sent_before = ses.get_send_quota()["SentLast24Hours"]

    # The run of the schedule is before this one, and has found no file either.
    states = run_dag(DAG)
    assert (states["compute_kpis"], states["report_rejected"]) == ("skipped", "success")

    for kind, name in (("songs", "songs.csv"), ("users", "users.csv")):
        upload(kind, name)
    for name in ("without_tracks.csv", "streams1.csv"):
        upload("streams", name)
    with pytest.raises(AssertionError, match=r"set aside in rejected/: .*without track_id"):
        run_dag(DAG)
    first = stored(dynamodb)
    # By hand: t1, of 200 s, three times by two users; rock has six listens, of which t4 and t5 have two each.
    assert first["2024-06-25", "pop"]["total_listening_time"] == 600_000
    assert first["2024-06-25", "rock"]["top_3_songs"] == "Fourth,Fifth,Back\\slash"
    assert first["2024-06-25", "rock"]["top_5_genres"] == "rock,pop,blues,folk,jazz"
    assert first == expected("streams1.csv")
    assert keys(s3, BUCKET, "rejected/") == {"rejected/streams/without_tracks.csv"}

    upload("streams", "streams2.csv")
    assert set(run_dag(DAG).values()) == {"success"}
    second = stored(dynamodb)
    assert second["2024-06-25", "pop"]["avg_listening_time_per_user"] == Decimal("266.666667")
    assert second == expected("streams1.csv", "streams2.csv")

    # Folders stay, what was in them is in the other bucket; songs and users are still there for the next day.
    assert keys(s3, BUCKET, "processed/") == {folder for folder in FOLDERS if folder.startswith("processed/")}
    assert keys(s3, BUCKET, "raw/") == {
        *(folder for folder in FOLDERS if folder.startswith("raw/")),
        *("raw/songs/songs.csv", "raw/users/users.csv"),
    }
    assert {key.split("/", 1)[1] for key in keys(s3, ARCHIVE)} >= {
        *("raw/streams/streams1.csv", "raw/streams/streams2.csv"),
        *("processed/streams/streams1.json", "processed/streams/streams2.json", "processed/songs/songs.json"),
    }
    assert ses.get_send_quota()["SentLast24Hours"] - sent_before == 1


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    cells = json.loads(Path("eda.ipynb").read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    (tmp_path / "code.py").write_text(code)
    genres = runpy.run_path(str(tmp_path / "code.py"))["genres"]
    assert (
        genres["rock"] == 10
    )  # rows as they are: t1 is listed as rock, too, and one row of t2 is there twice
