"""Rules 1 to 6 of the design over several runs, each checked against an independent recount of all files."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from service.jobs.pipeline import (
    JOBS,
    SONGS,
    STREAMS,
    TEN_SONGS,
    USERS,
    Pipeline,
    by_key,
    csv,
    listens,
    songs,
)

from music_streams.deliveries import moving
from music_streams.ledger import WITHDRAWN

DAY = "2024-06-25"


def random_rows(count: int) -> list[str]:
    chance = random.Random(7)  # noqa: S311
    return [
        f"u{chance.randrange(9)},t{chance.randrange(12)},"
        f"2024-06-{chance.choice((25, 26))} 1{chance.randrange(3)}:00:00"
        for _ in range(count)
    ]


def test_in_many_pieces_the_results_are_the_same(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """As large days are computed: in several pieces, with compiled code and adaptive plans."""
    monkeypatch.setattr("music_streams.spark_io.BYTES_PER_PIECE", 4000)
    rows = random_rows(120)
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    pipeline.deliver(f"{STREAMS}a.csv", listens(*rows))
    pipeline.run("b1")
    pipeline.assert_right(listens(*rows), TEN_SONGS)
    assert len(pipeline.keys("output/track_level_reports/")) == 2, "one file for each small date"


def test_the_same_file_again_under_any_name_changes_nothing(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    content = listens(*random_rows(40))
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    pipeline.deliver(f"{STREAMS}a.csv", content)
    pipeline.run("b1")
    curated = pipeline.keys("curated/")
    new = pipeline.ledger()[f"{STREAMS}a.csv"]["new_listens"]
    for number, name in enumerate(("a.csv", "b.csv")):
        pipeline.deliver(f"{STREAMS}{name}", content)
        capsys.readouterr()
        pipeline.run(f"again{number}")
        written = [line for line in capsys.readouterr().out.splitlines() if "put=" in line]
        assert len(written) == 10
        assert all(line.endswith("put=0, deleted=0") for line in written), written
    assert pipeline.keys("curated/") == curated
    pipeline.assert_right(content, TEN_SONGS)
    ledger = pipeline.ledger()
    # The same key and content is the same file: its listens are still its own. Another name brought none.
    assert ledger[f"{STREAMS}a.csv"]["new_listens"] == new
    assert (ledger[f"{STREAMS}b.csv"]["new_listens"], ledger[f"{STREAMS}b.csv"]["duplicate_rows"]) == (0, 40)


def test_a_corrected_genre_leaves_no_stale_item(pipeline: Pipeline) -> None:
    first, second = f"1,a,{DAY} 10:00:00", f"1,b,{DAY} 10:00:01"
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="wrong", b="rock"))
    pipeline.deliver(f"{STREAMS}1.csv", listens(first))
    pipeline.run("b1")
    assert "GENRE#wrong" in {item["kpi_type"] for item in pipeline.items("MusicStreamingKPIs")}
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="right", b="rock"))
    pipeline.deliver(f"{STREAMS}2.csv", listens(second))
    pipeline.run("b2")
    assert {item["track_genre"] for item in pipeline.items("TopSongsByGenre")} == {"right", "rock"}
    pipeline.assert_right(listens(first, second), songs(a="right", b="rock"))


def test_unknown_tracks_are_counted_and_enter_genres_when_their_song_comes(
    pipeline: Pipeline,
) -> None:
    row = f"1,a,{DAY} 10:00:00"
    pipeline.deliver(f"{STREAMS}1.csv", listens(row))
    pipeline.run("b1")
    assert pipeline.items("TopGenresByDay") == []
    report = pipeline.items("track_level_reports")[0]
    assert (report["song_known"], "total_listening_time" in report) == (False, False)
    ledger = pipeline.ledger()[f"{STREAMS}1.csv"]
    assert (ledger["unknown_track_rows"], ledger["unknown_user_rows"]) == (1, 1)
    pipeline.assert_right(listens(row), songs())
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="pop"))
    pipeline.deliver(f"{USERS}users.csv", csv("user_id,user_name", "1,Ada"))
    pipeline.deliver(f"{STREAMS}2.csv", listens(row))
    pipeline.run("b2")
    pipeline.assert_right(listens(row), songs(a="pop"))
    # And back: without its song the day has no genres, and nothing of them stays.
    pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=f"{SONGS}songs.csv")
    pipeline.deliver(f"{STREAMS}3.csv", listens(row))
    pipeline.run("b3")
    pipeline.assert_right(listens(row), songs())
    assert pipeline.keys(f"output/TopGenresByDay/listen_date={DAY}/") == []


def test_files_that_land_or_are_replaced_during_a_run_wait_for_the_next(
    pipeline: Pipeline,
) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    old, new, late = (f"u{n},t{n},{DAY} 10:00:0{n}" for n in range(3))
    pipeline.deliver(f"{STREAMS}a.csv", listens(old))
    pipeline.freeze("b1")
    pipeline.job("validate_input_files", "b1")
    pipeline.deliver(f"{STREAMS}late.csv", listens(late))
    pipeline.job("calculate_metrics_etl", "b1")
    pipeline.deliver(f"{STREAMS}a.csv", listens(new))
    pipeline.job("insert_metrics_dynamo", "b1")
    pipeline.job("archive_streams_files", "b1")
    assert pipeline.keys(STREAMS) == [f"{STREAMS}a.csv", f"{STREAMS}late.csv"]
    assert pipeline.keys("archive/") == []
    pipeline.assert_right(listens(old), TEN_SONGS)
    pipeline.run("b2")
    assert pipeline.keys(STREAMS) == []
    pipeline.assert_right(listens(old, new, late), TEN_SONGS)


def test_what_its_sender_takes_back_before_it_is_read_is_recorded_and_nothing_disagrees_for_ever(
    pipeline: Pipeline,
) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    kept, replacing = (f"u{n},t{n},{DAY} 10:00:0{n}" for n in range(2))
    removed, replaced, both = (f"{STREAMS}{name}.csv" for name in ("removed", "replaced", "both"))
    pipeline.deliver(f"{STREAMS}kept.csv", listens(kept))
    for number, key in enumerate((removed, replaced, both)):
        pipeline.deliver(key, listens(f"u8,t8,{DAY} 11:00:0{number}"))
    pipeline.freeze("b1")
    for key in (replaced, both):
        pipeline.deliver(key, listens(replacing))
    for key in (removed, both):
        pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=key)
    for _ in range(2):  # a repeated step finds the same
        pipeline.job("validate_input_files", "b1")
        ledger = pipeline.ledger()
        assert [ledger[key]["error"] for key in (removed, replaced, both)] == [WITHDRAWN] * 3
    for job in JOBS[1:]:
        pipeline.job(job, "b1")
    pipeline.assert_right(listens(kept), TEN_SONGS)
    assert pipeline.disagreements() == {}
    pipeline.run("b2")
    pipeline.assert_right(listens(kept, replacing), TEN_SONGS)
    assert pipeline.ledger()[replaced]["archival_status"] == "SUCCESS"
    assert pipeline.keys(STREAMS) == []
    assert pipeline.disagreements() == {}


def test_a_file_put_in_place_of_one_that_is_being_archived_is_read_by_the_next_run(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the old one was copied, right before it is deleted: S3 itself has to tell them apart."""
    old, new = (f"u{n},t{n},{DAY} 10:00:0{n}" for n in range(2))
    key = f"{STREAMS}a.csv"
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    pipeline.deliver(key, listens(old))
    delete = moving.delete_original

    def replace_then_delete(*args: Any) -> bool:
        pipeline.deliver(key, listens(new))
        return delete(*args)

    pipeline.freeze("b1")
    for job in JOBS[:3]:
        pipeline.job(job, "b1")
    with monkeypatch.context() as patch:
        patch.setattr(moving, "delete_original", replace_then_delete)
        pipeline.job("archive_streams_files", "b1")
    assert pipeline.text(key) == listens(new)
    pipeline.run("b2")
    pipeline.assert_right(listens(old, new), TEN_SONGS)
    assert pipeline.keys(STREAMS) == []
    assert pipeline.disagreements() == {}


def test_a_step_without_the_one_before_fails_and_changes_nothing(pipeline: Pipeline) -> None:
    """A stopped Glue run counts as success in Airflow, so each step looks for itself."""
    pipeline.deliver(f"{STREAMS}a.csv", listens(f"1,t1,{DAY} 10:00:00"))
    with pytest.raises(RuntimeError, match=r"manifests/b1\.json, found nothing: run the task check_files"):
        pipeline.job("validate_input_files", "b1")
    pipeline.freeze("b1")
    for job, before in itertools.pairwise(reversed(JOBS[:3])):
        with pytest.raises(RuntimeError, match=f"found nothing: run {before} first"):
            pipeline.job(job, "b1")
    with pytest.raises(RuntimeError, match="run calculate_metrics_etl first"):
        pipeline.job("archive_streams_files", "b1")
    pipeline.job("validate_input_files", "b1")
    pipeline.job("calculate_metrics_etl", "b1")
    with pytest.raises(RuntimeError, match="kpi_ingestion_status SUCCESS for 1 files, 1 lack it"):
        pipeline.job("archive_streams_files", "b1")
    assert pipeline.keys(STREAMS) == [f"{STREAMS}a.csv"]
    assert pipeline.keys("staging/") != []


def test_a_failed_load_is_in_the_ledger_and_the_next_one_clears_it(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("the table is gone")

    pipeline.deliver(f"{STREAMS}a.csv", listens(f"1,t1,{DAY} 10:00:00"))
    pipeline.freeze("b1")
    for name in JOBS[:2]:
        pipeline.job(name, "b1")
    with monkeypatch.context() as patch:
        patch.setattr("music_streams.batch_writer.write", refuse)
        with pytest.raises(RuntimeError, match="the table is gone"):
            pipeline.job("insert_metrics_dynamo", "b1")
    row = pipeline.ledger()[f"{STREAMS}a.csv"]
    assert (row["kpi_ingestion_status"], row["error"]) == ("FAILED", "RuntimeError: the table is gone")
    for name in JOBS[2:]:
        pipeline.job(name, "b1")
    row = pipeline.ledger()[f"{STREAMS}a.csv"]
    assert (row["kpi_ingestion_status"], row["archival_status"], "error" in row) == (
        "SUCCESS",
        "SUCCESS",
        False,
    )


def test_a_run_of_bad_files_only_succeeds_and_blocks_nothing(pipeline: Pipeline) -> None:
    pipeline.deliver(f"{STREAMS}bad.csv", b"\xff\xfe")
    pipeline.run("b1")
    assert by_key(pipeline.items("track_level_reports"), "track_id") == {}
    assert pipeline.keys("error/") == ["error/user_streams/bad.csv", "error/user_streams/bad.csv.reason.json"]
    pipeline.deliver(f"{STREAMS}good.csv", listens(f"1,t1,{DAY} 10:00:00"))
    pipeline.run("b2")
    pipeline.assert_right(listens(f"1,t1,{DAY} 10:00:00"), songs())
