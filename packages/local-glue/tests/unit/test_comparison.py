"""docs/glue-coverage.md shows what was asked, all of it, and no defect of ours."""

from __future__ import annotations

from pathlib import Path

import compare_glue.page  # noqa: F401 - with it come the checks
from compare_glue.checks import CHECKS

PAGE = Path(__file__).parents[4] / "docs" / "glue-coverage.md"


def test_the_page_has_a_row_for_each_check_in_their_order_and_ours_passes_them_all() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    shown = [(row[0].removeprefix("| "), row[1]) for row in rows if row[0] != "|"]
    assert shown == [(what, "yes") for _, what, _ in CHECKS]
