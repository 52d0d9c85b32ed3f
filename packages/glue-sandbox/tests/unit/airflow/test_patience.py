"""A question that has no answer in time is asked again; what changes something is not done twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from glue_sandbox.airflow.client import FURTHER_TRIES, AirflowApi
from glue_sandbox.errors import SandboxError

RUN = {"dag_id": "d", "dag_run_id": "r", "run_type": "manual", "state": "success"}


class Airflow:
    """Refuses with an error so many times, then answers."""

    def __init__(self, error: type[httpx.TransportError], times: int) -> None:
        self.error, self.times, self.asked = error, times, 0

    def request(self, _client: httpx.Client, method: str, path: str, **_: Any) -> httpx.Response:
        if path == "/auth/token":
            return httpx.Response(201, json={"access_token": "t"}, request=httpx.Request(method, "http://a"))
        self.asked += 1
        if self.asked <= self.times:
            raise self.error("timed out")
        answer = RUN | {"start_date": None, "end_date": None}
        return httpx.Response(200, json=answer, request=httpx.Request(method, "http://a"))


def airflow(monkeypatch: pytest.MonkeyPatch, error: type[httpx.TransportError], times: int) -> Airflow:
    airflow = Airflow(error, times)
    monkeypatch.setattr(httpx.Client, "request", lambda *args, **more: airflow.request(*args, **more))
    return airflow


def test_a_slow_answer_to_a_question_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    airflow(monkeypatch, httpx.ReadTimeout, FURTHER_TRIES)
    assert AirflowApi("http://a", "admin", "p").dag_run("d", "r").state == "success"


@pytest.mark.parametrize(
    ("error", "change", "asked"),
    [
        (httpx.ReadTimeout, False, FURTHER_TRIES + 1),
        (httpx.ReadTimeout, True, 1),
        (httpx.ConnectError, False, 1),
    ],
)
def test_nobody_waits_for_ever_and_nothing_is_done_twice(
    *, error: type[httpx.TransportError], change: bool, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = airflow(monkeypatch, error, 10)
    api = AirflowApi("http://a", "admin", "p")
    ask = partial(api.trigger, "d", {}) if change else partial(api.dag_run, "d", "r")
    with pytest.raises(SandboxError, match=r"no answer \(timed out\)"):
        ask()
    assert found.asked == asked
