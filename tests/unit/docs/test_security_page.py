"""The page on security names every path of the local Glue service, and says who may use it."""

from __future__ import annotations

import re

from deliveries import ROOT
from pages import rows, section

from local_glue.http.control_paths import is_control_path

PATHS = {
    cells[0].strip("`"): cells[2]
    for cells in rows(section(ROOT / "SECURITY.md", "Paths of the service itself"))
}


def test_every_path_in_the_code_is_in_the_table() -> None:
    sources = (ROOT / "packages/local-glue/src/local_glue").rglob("*.py")
    found = {path for source in sources for path in re.findall(r'"(/_glue/\w+)"', source.read_text())}
    assert set(PATHS) == found


def test_the_token_is_asked_for_where_the_table_says_so_and_at_paths_that_are_not_in_it() -> None:
    needs_token = {path for path in PATHS if is_control_path(path)}
    assert needs_token == {path for path, who in PATHS.items() if who.startswith("who has the token")}
    assert all(is_control_path(f"/_glue/{name}") for name in ("", "x", "health/x", "bookmarks/", "bookmark"))
