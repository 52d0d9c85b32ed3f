"""The page says of nothing that there is none of it before it knows, and has the words of the terminal."""

from __future__ import annotations

import re

from deliveries import ROOT

from music.kpis.reader import RECENT_DAYS
from music.kpis.view import METRICS

STATIC = ROOT / "infra" / "lambdas" / "kpi_api" / "static"
PAGE = STATIC / "index.html"


def test_what_says_that_there_is_nothing_is_hidden_until_an_answer_has_come() -> None:
    said = re.findall(r'<p id="(no-[a-z]+)"( hidden)?>', PAGE.read_text(encoding="utf-8"))
    assert [name for name, _ in said] == ["no-genres", "no-alerts", "no-refusals", "no-metrics", "no-files"]
    assert [name for name, hidden in said if not hidden] == []


def test_figures_have_the_headings_of_make_kpis() -> None:
    words = [column.heading.capitalize() for column in METRICS]
    page, day = PAGE.read_text(encoding="utf-8"), (STATIC / "day.js").read_text(encoding="utf-8")
    of_totals = re.findall(r'\["[a-z_]+", "([^"]+)", [a-zA-Z]+\]', day)
    assert of_totals == words
    genres = page.partition('<table id="genres">')[2].partition("</thead>")[0]
    assert re.findall(r'class="number">([^<]+)<', genres) == words


def test_the_busiest_day_is_looked_for_among_as_many_as_make_kpis_does() -> None:
    code = (STATIC / "dashboard.js").read_text(encoding="utf-8")
    assert re.findall(r"const RECENT_DAYS = (\d+);", code) == [str(RECENT_DAYS)]
