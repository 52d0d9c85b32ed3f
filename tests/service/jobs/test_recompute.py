"""After a corrected songs file the pending days are recomputed: no old name, genre or duration stays."""

from __future__ import annotations

import json

from service.jobs.pipeline import JOBS, SONGS, STREAMS, Pipeline, csv, listens

from music.audit import report
from music.date_range import DateRange
from music_streams import layout

FIRST, SECOND = "2024-06-24", "2024-06-25"
ROWS = [
    f"u{user},t{track},{day} 1{hour}:00:00"
    for day in (FIRST, SECOND)
    for user, track, hour in ((1, 1, 0), (2, 1, 0), (1, 2, 1), (3, 3, 2))
]
HEADER = "id,track_id,track_name,artists,track_genre,duration_ms"
BEFORE = csv(HEADER, "1,t1,Wrong,someone,wrong,1000", "2,t2,B,b,pop,2000", "3,t3,C,,rock,3000")
AFTER = csv(HEADER, "1,t1,Right,,jazz,999", "2,t2,B,b,rock,2000", "4,t4,D,d,folk,4000")


def test_after_a_correction_only_the_recomputed_days_change_and_nothing_stale_stays(
    pipeline: Pipeline,
) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", BEFORE)
    pipeline.deliver(f"{STREAMS}a.csv", listens(*ROWS))
    pipeline.run("b1")
    pipeline.assert_right(listens(*ROWS), BEFORE)

    # This run began before the correction; asked for meanwhile, the days must not be taken up by it.
    pipeline.deliver(f"{STREAMS}again.csv", listens(ROWS[-1]))
    pipeline.freeze("b2")
    pipeline.job(JOBS[0], "b2")
    pipeline.deliver(f"{SONGS}songs.csv", AFTER)
    request_recompute(pipeline, "asked", FIRST, SECOND)
    for name in JOBS[1:]:
        pipeline.job(name, "b2")
    pipeline.assert_right(listens(*ROWS), BEFORE)
    assert pipeline.keys("pending/") == [layout.pending_key("asked")]

    # No stream file has landed: the request alone is work.
    assert pipeline.keys(STREAMS) == []
    pipeline.run("b3")
    pipeline.assert_right(listens(*ROWS), AFTER)
    assert pipeline.keys("pending/") == []
    assert not pipeline.freeze("b4"), "and then there is nothing left to do"
    # The correction lacks a song that was known before: that is right, and told.
    assert set(pipeline.disagreements()) == {"known_songs_stay_known"}

    # The listens of a day are removed for good; asked for, what came of them goes as well.
    for key in pipeline.keys(layout.curated_partition(SECOND)):
        pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=key)
    request_recompute(pipeline, "emptied", SECOND)
    pipeline.run("b5")
    pipeline.assert_right(listens(*[row for row in ROWS if FIRST in row]), AFTER)
    assert pipeline.keys(f"output/track_level_reports/report_date={SECOND}/") == []
    of_days = report.audit(pipeline.location(), DateRange(FIRST, SECOND))[1]
    assert len(of_days) == 8
    assert not any(of_days.values())


def request_recompute(pipeline: Pipeline, name: str, *days: str) -> None:
    pipeline.deliver(layout.pending_key(name), json.dumps(days))
