"""The figures of a run are what they are called."""

from __future__ import annotations

from music.bench.jobs.growth import Cost, typical, whole


def test_costs_are_summed_over_jobs_and_their_medians_taken_over_runs() -> None:
    runs = [Cost(3.0, 30, 3, 300), Cost(1.0, 10, 1, 100), Cost(9.0, 20, 2, 900)]
    assert typical(runs) == Cost(3.0, 20, 2, 300)
    assert whole(dict(zip("abc", runs, strict=True))) == Cost(13.0, 60, 6, 1300)
