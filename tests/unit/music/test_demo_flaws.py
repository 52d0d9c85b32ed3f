"""After the demo a newcomer learns that the sample's flaws, and an alarm about them, are on purpose."""

from __future__ import annotations

import pytest
from deliveries import ROOT

from glue_sandbox.status.published import Published
from music.demo import REFUSED_ALARM, about_flaws
from music.runs.delivered import Delivered

BEGAN = "2024-06-25T10:00:00Z"
FILE = {"key": "spotify_data/user_streams/a.csv", "kind": "streams", "etag": "e"}
GOOD = Delivered(FILE, {"validation_status": "SUCCESS", "archival_status": "SUCCESS"})
REFUSED = Delivered(FILE, {"validation_status": "FAILED", "error": "empty_file"})
WITH_BAD_ROWS = Delivered(FILE, {**GOOD.row, "rejected_rows": 2})
ON_PURPOSE = "these flaws are in the sample on purpose"
AND_ALARM = ", and so is the alarm about them: make alerts"


def message(subject: str, at: str) -> Published:
    return Published(at=at, topic="t", subject=subject, text="")


ALARM = message('ALARM: "many_files_refused" in us-east-1', "2024-06-25T10:00:10.000Z")
OF_SILENCE = message('ALARM: "no_run_has_succeeded" in us-east-1', "2024-06-25T10:00:05.000Z")
OVER = message('OK: "no_run_has_succeeded" in us-east-1', "2024-06-25T10:00:20.000Z")
ENDED = message('OK: "many_files_refused" in us-east-1', "2024-06-25T09:30:00.000Z")
OF_BEFORE = message('ALARM: "many_files_refused" in us-east-1', "2024-06-25T09:00:00.000Z")


@pytest.mark.parametrize(
    ("files", "told", "said"),
    [
        ([GOOD, REFUSED], [ALARM, OVER], f"{ON_PURPOSE}{AND_ALARM}"),
        ([GOOD, REFUSED], [OF_BEFORE, OF_SILENCE, OVER], f"{ON_PURPOSE}{AND_ALARM}"),
        ([GOOD, REFUSED], [OF_BEFORE, ENDED, OF_SILENCE, OVER], ON_PURPOSE),
        ([WITH_BAD_ROWS], [], ON_PURPOSE),
        ([GOOD], [ALARM], ""),
    ],
    ids=["an alarm", "one that is on since an earlier delivery", "one that is over", "rows alone", "no flaw"],
)
def test_flaws_and_their_alarm_are_on_purpose(
    files: list[Delivered], told: list[Published], said: str
) -> None:
    assert about_flaws(files, told, BEGAN) == said


def test_the_alarm_is_called_so_in_its_template() -> None:
    names = [line for line in (ROOT / "infra/alerts.yaml").read_text().splitlines() if "AlarmName:" in line]
    assert [line for line in names if line.endswith(REFUSED_ALARM)] != []
