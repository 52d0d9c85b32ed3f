"""Options that exclude each other are refused: none of them is ignored in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from music.commands import bench, recompute, seed


@pytest.mark.parametrize(
    ("command", "options", "expected", "found", "next_command"),
    [
        (
            seed.seed,
            {"files": [Path("my a.csv")], "rows": 10},
            "either FILE= or ROWS=10",
            "both",
            "make seed FILE='my a.csv', or generated rows: make seed ROWS=10",
        ),
        (
            seed.seed,
            {"files": [Path("a.csv")], "days": 2, "seed": 7},
            "either FILE= or DAYS=2 SEED=7",
            "both",
            "make seed FILE=a.csv, or generated rows: make seed ROWS=1000 DAYS=2 SEED=7",
        ),
        (seed.seed, {"days": 2}, "ROWS= beside DAYS=2", "none", "make seed ROWS=1000 DAYS=2"),
        (
            recompute.recompute,
            {"first": "2024-06-25", "every_day": True},
            "either FROM=2024-06-25 or ALL=1",
            "both",
            "make recompute FROM=2024-06-25, or: make recompute ALL=1",
        ),
        (
            bench.bench,
            {"row": "loader", "part": bench.Part.TIMES},
            "either ONLY= or PART=times",
            "both",
            "make bench ONLY=loader, or: make bench PART=times",
        ),
    ],
)
def test_none_of_them_is_ignored(
    command: Any, options: dict[str, Any], expected: str, found: str, next_command: str
) -> None:
    with pytest.raises(SandboxError) as caught:
        command(**options)
    assert (caught.value.expected, caught.value.found) == (expected, found)
    assert caught.value.next_command == next_command
