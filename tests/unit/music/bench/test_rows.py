"""What the benchmark's table says follows from the rounds, and a measure that takes too long is given up."""

from __future__ import annotations

import signal
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from glue_sandbox.errors import SandboxError
from music.bench.graph import Panel, slope, svg_of
from music.bench.jobs.million import must_be_equal
from music.bench.rows import Result, Size, TimeLimitError, at_most, cells
from music_streams.contracts import KPI_TABLES


def test_with_a_peer_the_figure_is_the_median_of_the_ratios_round_by_round() -> None:
    result = Result("calculate", "CPU seconds", [8.0, 30.0, 9.0], 4, "DuckDB", [2.0, 5.0, 3.0])
    assert (result.figure, result.is_met) == (4.0, True)
    assert cells(result) == (
        "calculate",
        "4.00 times",
        "4",
        "8.00 30.00 9.00 CPU seconds",
        "DuckDB: 2.00 5.00 3.00",
        "yes",
    )


def test_without_a_peer_it_is_the_rounds_median_or_their_95th_percentile() -> None:
    rounds = [float(number) for number in range(1, 21)]
    assert Result("up", "s", rounds, 10).figure == 10.5
    assert Result("up", "s", rounds, 10).is_met is False
    assert Result("file", "s", rounds, is_p95=True).figure == pytest.approx(19.95)
    assert Result("file", "s", [3.0, 9.0, 5.0], is_p95=True).figure == 9.0
    assert Result("file", "s", [3.0]).is_met is None


def test_a_part_of_the_listens_is_never_none() -> None:
    assert (Size(3).of(1_000_000), Size(3, 0.01).of(1_000_000), Size(1, 0.01).of(3)) == (1_000_000, 10_000, 1)


def test_a_measure_that_takes_too_long_is_given_up_and_cleans_up(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.touch()

    def wait_for_ever() -> None:
        try:
            signal.pause()
        finally:
            left.unlink()

    with pytest.raises(TimeLimitError), at_most(0.05 / 60):
        wait_for_ever()
    assert not left.exists()


def test_a_measure_within_its_time_is_not_disturbed_afterwards() -> None:
    with at_most(0.1 / 60):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_answers_that_differ_name_the_first_difference() -> None:
    same = {table.name: [] for table in KPI_TABLES}  # type: ignore[var-annotated]
    must_be_equal(same, same)
    wanted = {**same, "TopGenresByDay": [{"listen_date": "2001-01-01", "top_5_genres": []}]}
    with pytest.raises(SandboxError, match=r"TopGenresByDay \('2001-01-01',\)"):
        must_be_equal(wanted, same)


def test_the_graph_has_a_point_for_each_measure_and_names_what_is_varied() -> None:
    svg = svg_of([Panel("rows", "a < b", [(1, 2.0), (3, 4.0)]), Panel("days", "days", [(5, 1.0)])], "seconds")
    root = fromstring(svg)  # noqa: S314 - our own
    name = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f".//{name}circle")) == 3
    texts = [element.text for element in root.iter(f"{name}text")]
    assert [text for text in texts if text in {"rows", "a < b", "days", "seconds"}] == [
        *("rows", "a < b", "seconds", "days", "days", "seconds"),
    ]


def test_the_slope_is_that_of_the_straight_line() -> None:
    assert slope([(1, 5.0), (2, 7.0), (3, 9.0)]) == pytest.approx(2.0)
