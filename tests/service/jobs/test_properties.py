"""Random catalogues, days, splits, orders and redeliveries through the real jobs equal the oracle's count.

In CI a few; `make soak N=20` runs more of them, each from another seed.
"""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Sequence

import pytest
from random_deliveries import LISTEN_COLUMNS, SONG_COLUMNS, Row, drawn
from service.jobs.pipeline import SONGS, STREAMS, Pipeline

SEEDS = range(int(os.environ.get("SOAK") or 1))
EXAMPLES = 8


@pytest.mark.parametrize("seed", SEEDS)
def test_random_deliveries_are_as_the_oracle_counts_them(pipeline: Pipeline, seed: int) -> None:
    """Many small catalogues and days in one: each with days and tracks of its own."""
    songs, runs = drawn(EXAMPLES, seed)
    chance = random.Random(seed)  # noqa: S311
    pipeline.deliver(f"{SONGS}songs.csv", as_csv(SONG_COLUMNS, songs))
    delivered: list[Row] = []
    for number, rows in enumerate(runs):
        half = chance.randint(0, len(rows))
        again = chance.sample(delivered, min(5, len(delivered)))
        for name, part in (("a", rows[:half]), ("b", [*rows[half:], *again])):
            pipeline.deliver(f"{STREAMS}{number}{name}.csv", as_csv(LISTEN_COLUMNS, part))
        pipeline.run(f"b{number}")
        delivered += rows
    pipeline.assert_right(as_csv(LISTEN_COLUMNS, delivered), as_csv(SONG_COLUMNS, songs))
    assert pipeline.disagreements() == {}


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()
