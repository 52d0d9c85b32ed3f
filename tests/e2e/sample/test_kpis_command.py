"""`make kpis` shows what is in the tables."""

from __future__ import annotations

import re

import pytest
from e2e.harness import Sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))


def test_shows_every_day(sandbox: Sandbox) -> None:
    said = sandbox.command("kpis")
    found = dict(re.findall(r"^(2024-\S+) +(\d+) ", said, re.M))
    days = [item for item in sandbox.items("MusicStreamingKPIs") if item["kpi_type"] == "DAY"]
    assert found == {day["listen_date"]: str(day["listen_count"]) for day in days}
    assert len(days) == 3


def test_shows_the_top_genres_of_a_day(sandbox: Sandbox) -> None:
    done = sandbox.make("kpis", "DATE=2024-06-25")
    assert done.returncode == 0, done.stderr
    _, _, table = done.stdout.partition("Top genres of 2024-06-25")
    ranks = re.findall(r"^([1-5]) +(\S+) +(\d+) *$", table.split("\n\n")[0], re.M)
    day = next(i for i in sandbox.items("TopGenresByDay") if i["listen_date"] == "2024-06-25")
    assert len(ranks) == 5
    assert ranks == [(str(g["rank"]), g["track_genre"], str(g["listens"])) for g in day["top_5_genres"]]


def test_knows_a_day_without_a_single_known_song(sandbox: Sandbox) -> None:
    said = sandbox.command("kpis", "--date", "2024-06-27")
    assert re.search(r"^zz8 +\(unknown song\)", said, re.M)


def test_a_day_without_listens_is_answered_with_the_days_there_are(sandbox: Sandbox) -> None:
    done = sandbox.attempt("kpis", "--date", "1999-01-01")
    assert done.returncode == 1
    assert "expected one of 2024-06-25, 2024-06-26" in done.stderr
