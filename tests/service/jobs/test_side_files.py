"""What tools leave beside a delivery is moved aside: no row comes of it, and nothing is refused."""

from __future__ import annotations

from service.jobs.pipeline import SONGS, STREAMS, TEN_SONGS, Pipeline, listens

from music.runs.step_results import read_results

OF_SPARK = ("spark/_SUCCESS", "spark/.part-0.csv.crc", "spark_$folder$", ".DS_Store")


def test_a_delivery_that_a_spark_job_wrote_is_counted_and_its_markers_are_moved_aside(
    pipeline: Pipeline,
) -> None:
    delivered = listens("1,t1,2024-06-25 10:00:00")
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    pipeline.deliver(f"{SONGS}_SUCCESS", b"")
    pipeline.deliver(f"{STREAMS}spark/part-0.csv", delivered)
    for name in OF_SPARK:
        pipeline.deliver(f"{STREAMS}{name}", b"")

    pipeline.run("b1")

    pipeline.assert_right(delivered, TEN_SONGS)
    assert pipeline.keys("spotify_data/") == [f"{SONGS}songs.csv"]
    aside = sorted([*(f"aside/user_streams/{name}" for name in OF_SPARK), "aside/songs/_SUCCESS"])
    assert sorted(pipeline.keys("aside/")) == aside
    ledger = pipeline.ledger()
    for key in (*(f"{STREAMS}{name}" for name in OF_SPARK), f"{SONGS}_SUCCESS"):
        row = {name: ledger[key].get(name) for name in ("kind", "rows", "validation_status", "error")}
        assert row == {"kind": "side_file", "rows": 0, "validation_status": "SET_ASIDE", "error": None}, key
    results = read_results(pipeline.s3, pipeline.bucket, ["b1"])["b1"]
    assert (results.files, results.bad_files, results.side_files) == (1, 0, 5)
    assert pipeline.disagreements() == {}


def test_the_same_marker_of_the_next_delivery_is_moved_too(pipeline: Pipeline) -> None:
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    for number in (1, 2):
        pipeline.deliver(f"{STREAMS}{number}.csv", listens(f"1,t{number},2024-06-25 10:00:00"))
        pipeline.deliver(f"{STREAMS}_SUCCESS", b"")
        pipeline.run(f"b{number}")

    assert pipeline.keys(STREAMS) == []
    assert pipeline.keys("aside/") == ["aside/user_streams/_SUCCESS"]
    assert pipeline.disagreements() == {}
