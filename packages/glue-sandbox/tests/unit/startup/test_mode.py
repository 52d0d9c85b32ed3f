"""A start says which mode it takes, whether data decided that, and how to change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.settings import Settings
from glue_sandbox.startup.mode import lines_about_mode


def keep(state: Path, *modes: str) -> None:
    """Leave in the state folder what each mode leaves there."""
    of_compose = ["compose/compose.env", "compose/started.sha256"]
    files = {"embedded": ["glue/glue.sqlite3"], "containers": of_compose}
    for name in (name for mode in modes for name in files[mode]):
        (state / name).parent.mkdir(exist_ok=True)
        (state / name).touch()


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        ("embedded", "mode: embedded (local processes; MODE=containers uses Docker)"),
        ("containers", "mode: containers (a Docker engine answers; MODE=embedded needs none)"),
    ],
)
def test_without_data_it_says_the_other_mode(mode: str, line: str, tmp_path: Path) -> None:
    assert lines_about_mode(Settings.model_validate({"state": tmp_path, "mode": mode})) == [line]


@pytest.mark.parametrize(("mode", "other"), [("embedded", "containers"), ("containers", "embedded")])
def test_data_is_named_with_the_way_to_start_without_it(mode: str, other: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"state": tmp_path, "mode": mode})
    keep(tmp_path, mode)
    change = f"make down, then MODE={other} make up"
    goes_on = f"mode: {mode}, with the data of last time"
    assert lines_about_mode(settings) == [goes_on, f"  {other}, without that data: {change}"]

    keep(tmp_path, other)
    assert lines_about_mode(settings) == [goes_on, f"  {other}, with data of its own: {change}"]


def test_data_of_the_other_mode_alone_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    keep(tmp_path, "embedded")
    assert lines_about_mode(Settings(state=tmp_path, mode="containers")) == [
        "mode: containers (a Docker engine answers; MODE=embedded needs none)",
        "  embedded, with data of its own: make down, then MODE=embedded make up",
    ]
