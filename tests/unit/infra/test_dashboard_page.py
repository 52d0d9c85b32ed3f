"""The page says of nothing that there is none of it before it knows."""

from __future__ import annotations

import re

from deliveries import ROOT

PAGE = ROOT / "infra" / "lambdas" / "kpi_api" / "static" / "index.html"


def test_what_says_that_there_is_nothing_is_hidden_until_an_answer_has_come() -> None:
    said = re.findall(r'<p id="(no-[a-z]+)"( hidden)?>', PAGE.read_text(encoding="utf-8"))
    assert [name for name, _ in said] == ["no-genres", "no-alerts", "no-refusals", "no-metrics", "no-files"]
    assert [name for name, hidden in said if not hidden] == []
