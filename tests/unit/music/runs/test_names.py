"""A run is named as Airflow names it, whatever its batch is called."""

from __future__ import annotations

import pytest

from music.runs.names import run_id_of
from music_streams.layout import batch_id_of


@pytest.mark.parametrize(
    "run_id",
    [
        "manual__2024-06-25T10:00:00.123456+00:00",
        "scheduled__2024-06-25T10:05:00+00:00",
        "s3__after__0123456789ab",
        "s3__first",
        "by_hand_T101112_0000x",
    ],
)
def test_a_batch_leads_back_to_its_run(run_id: str) -> None:
    assert run_id_of(batch_id_of(run_id)) == run_id
