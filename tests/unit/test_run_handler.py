"""The container `events` calls the handler as Lambda does: again after a failure, but not for ever."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest

from sandbox.settings import ROOT

spec = importlib.util.spec_from_file_location("run_handler", ROOT / "compose" / "events" / "run_handler.py")
assert spec is not None
assert spec.loader is not None
run_handler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run_handler)


def message(tries: int) -> dict[str, Any]:
    body = json.dumps({"Records": [{"eventName": "ObjectCreated:Put"}]})
    return {"Body": body, "Attributes": {"ApproximateReceiveCount": str(tries)}}


def test_the_handler_gets_the_notification_as_s3_wrote_it() -> None:
    seen: list[object] = []
    assert run_handler.was_handled(lambda event, _context: seen.append(event), message(1))
    assert seen == [{"Records": [{"eventName": "ObjectCreated:Put"}]}]


@pytest.mark.parametrize(("tries", "is_over"), [(1, False), (2, False), (3, True)])
def test_a_failed_call_is_repeated_twice(
    tries: int, is_over: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_event: object, _context: object) -> None:
        raise ValueError("Airflow is away")

    assert run_handler.was_handled(fails, message(tries)) is is_over
    said = capsys.readouterr().err
    assert "ValueError: Airflow is away" in said
    assert f"try {tries} of 3 failed" in said
