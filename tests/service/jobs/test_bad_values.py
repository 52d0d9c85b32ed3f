"""Values and files that once stopped every later run now have an outcome, and the next run is right."""

from __future__ import annotations

from service.jobs.pipeline import JOBS, SONGS, STREAMS, Pipeline, listens, songs

from music_streams import layout

DAY = "2024-06-25"
GOOD = f"1,a,{DAY} 10:00:00"
LATER = f"2,a,{DAY} 11:00:00"


def test_rows_no_table_can_hold_are_refused_and_the_rest_is_loaded(
    pipeline: Pipeline,
) -> None:
    oldest = "1,a,1900-01-01 00:00:00"
    refused = {
        2: ("1,a,1899-12-31 23:59:59", "bad_listen_time"),
        3: ("1,a,0001-01-01 00:00:00", "bad_listen_time"),
        4: (f"{'u' * 1025},a,{DAY} 10:00:00", "too_long_user_id"),
        5: (f"1,{'é' * 513},{DAY} 10:00:00", "too_long_track_id"),
    }
    longest = "g" * 900
    pipeline.deliver(f"{SONGS}songs.csv", songs(a=longest, b="g" * 901))
    key = f"{STREAMS}a.csv"
    pipeline.deliver(key, listens(GOOD, *(row for row, _ in refused.values()), oldest))
    pipeline.run("b1")
    assert pipeline.rejected() == [
        ("songs", f"{SONGS}songs.csv", 2, "too_long_track_genre"),
        *(("streams", key, number, reason) for number, (_, reason) in refused.items()),
    ]
    pipeline.assert_right(listens(GOOD, oldest), songs(a=longest))


def test_blanks_of_every_kind_are_trimmed_by_one_rule(pipeline: Pipeline) -> None:
    ids = ("\t", "\u00a0", "5", "5\t", "\u00a05", "\u200b5\ufeff")
    delivered = listens(*(f"{user},\u00a0a\t,\t{DAY} 10:00:00\u00a0" for user in ids))
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="\u00a0pop\t").replace("track_id", "\u00a0track_id\t"))
    pipeline.deliver(f"{STREAMS}a.csv", delivered)
    pipeline.run("b1")
    assert pipeline.rejected() == [
        ("streams", f"{STREAMS}a.csv", number, "missing_user_id") for number in (1, 2)
    ]
    row = pipeline.ledger()[f"{STREAMS}a.csv"]
    assert (row["new_listens"], row["duplicate_rows"]) == (1, 3)
    pipeline.assert_right(listens(f"5,a,{DAY} 10:00:00"), songs(a="pop"))


def test_a_listen_of_the_far_future_is_refused_and_leads_no_list_of_days(pipeline: Pipeline) -> None:
    key = f"{STREAMS}a.csv"
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="pop"))
    pipeline.deliver(key, listens(GOOD, "1,a,9999-12-31 10:00:00"))
    pipeline.run("b1")
    assert pipeline.rejected() == [("streams", key, 2, "listen_time_after_delivery")]
    assert [item["listen_date"] for item in pipeline.items("TopGenresByDay")] == [DAY]
    pipeline.assert_right(listens(GOOD), songs(a="pop"))


def test_a_broken_songs_file_empties_no_genres(pipeline: Pipeline) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="pop"))
    pipeline.deliver(f"{STREAMS}1.csv", listens(GOOD))
    pipeline.run("b1")
    pipeline.deliver(f"{SONGS}songs.csv", b"\xff\xfe")
    for number, row in enumerate((LATER, f"3,a,{DAY} 12:00:00"), 2):
        pipeline.deliver(f"{STREAMS}{number}.csv", listens(row))
        pipeline.run(f"b{number}")
        assert pipeline.keys(SONGS) == []
    pipeline.assert_right(listens(GOOD, LATER, f"3,a,{DAY} 12:00:00"), songs(a="pop"))


def test_a_run_of_bad_streams_completes_the_dates_of_a_killed_one_and_counts_its_songs(
    pipeline: Pipeline,
) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="pop"))
    pipeline.deliver(f"{STREAMS}1.csv", listens(GOOD))
    pipeline.freeze("b1")
    for name in JOBS[:2]:
        pipeline.job(name, "b1")
    # Never loaded; and its file was taken away by somebody. Its listens are curated, so they count.
    pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=f"{STREAMS}1.csv")
    pipeline.deliver(f"{STREAMS}bad.csv", b"\xff\xfe")
    pipeline.run("b2")
    pipeline.assert_right(listens(GOOD), songs(a="pop"))
    assert pipeline.keys("pending/") == []
    assert pipeline.ledger()[f"{SONGS}songs.csv"]["rejected_rows"] == 0


def test_a_corrected_genre_goes_also_when_the_snapshots_are_lost(pipeline: Pipeline) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="wrong"))
    pipeline.deliver(f"{STREAMS}1.csv", listens(GOOD))
    pipeline.run("b1")
    for key in pipeline.keys("loaded/"):
        pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=key)
    pipeline.deliver(f"{SONGS}songs.csv", songs(a="right"))
    pipeline.deliver(f"{STREAMS}2.csv", listens(LATER))
    pipeline.run("b2")
    pipeline.assert_right(listens(GOOD, LATER), songs(a="right"))


def test_a_name_as_long_as_s3_takes_is_archived(pipeline: Pipeline) -> None:
    long = STREAMS + "é" * ((1024 - len(STREAMS) - len(".csv")) // 2) + ".csv"
    pipeline.deliver(long, listens(GOOD))
    pipeline.run("b1")
    assert pipeline.keys(STREAMS) == []
    assert [key[-6:] for key in pipeline.keys("archive/")] == ["éé.csv"]
    assert layout.archived_key("b1") in pipeline.keys("batches/")
