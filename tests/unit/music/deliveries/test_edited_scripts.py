"""`make seed` takes no edited script along, and says so before it delivers."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.deliveries import seed


class DeliveredError(Exception):
    """Raised where files would be uploaded."""


@pytest.mark.parametrize(
    ("edited", "told"),
    [
        ([], []),
        (
            [Path("glue/jobs/calculate_metrics_etl.py")],
            ["glue/jobs/calculate_metrics_etl.py differs from what runs; to use it: make up"],
        ),
    ],
)
def test_a_script_that_is_not_what_runs_is_told_before_the_delivery(
    edited: list[Path], told: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def upload(*_: object) -> None:
        raise DeliveredError

    (tmp_path / "a.csv").write_text("user_id,track_id,listen_time\n")
    monkeypatch.setattr(seed, "_wait_for_answers", lambda _: None)
    monkeypatch.setattr(seed, "airflow_state", lambda _: State.HEALTHY)
    monkeypatch.setattr(seed, "open_dag", MagicMock())
    monkeypatch.setattr(seed, "edited_since_deployed", lambda _: edited)
    monkeypatch.setattr(seed, "_upload", upload)

    with out.capture() as shown, pytest.raises(DeliveredError):
        seed.deliver(Settings(), seed.Order([tmp_path / "a.csv"]))
    assert shown.get().splitlines() == told
