"""An Airflow by its URL: other versions are named, and a promotion waits for the DAG that it has brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from airflow_support.fake_airflow import DAG_ID, FakeAirflow, running_airflow
from pydantic import ValidationError

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.airflow.dag_reading import require_dag
from glue_sandbox.promote.airflow.own_airflow import asked_of, differences, own_airflow
from glue_sandbox.promote.environment import AirflowTarget

VERSION, SOURCE = "3.2.1", f"/api/v2/dagSources/{DAG_ID}"
COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
HEALTHY = {name: {"status": "healthy"} for name in COMPONENTS}
FILES = {"dag.py": b"new = 1\n", "lib/more.py": b""}
PASSWORD = {"AIRFLOW_PASSWORD": "pw"}
ERRORS = "/api/v2/importErrors"


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with running_airflow() as found:
        found.answers["GET", "/api/v2/version"] = (200, {"version": VERSION})
        found.answers["GET", "/api/v2/monitor/health"] = (200, HEALTHY)
        found.answers["GET", ERRORS] = (200, {"import_errors": []})
        found.answers["GET", SOURCE] = (200, {"content": "new = 1\n"})
        yield found


def target(fake: FakeAirflow) -> AirflowTarget:
    return AirflowTarget(dags="s3://acme/dags/", url=fake.url, user="deploy")


def test_one_as_expected_has_no_difference(fake: FakeAirflow) -> None:
    assert differences(target(fake), VERSION, PASSWORD) == []


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("version", {"version": "3.1.0"}, "it runs Airflow 3.1.0, the DAGs were proven with 3.2.1"),
        (
            "monitor/health",
            {**HEALTHY, "dag_processor": {"status": "unhealthy"}},
            "not all of it is healthy: dag_processor unhealthy",
        ),
    ],
)
def test_what_is_otherwise_is_named(fake: FakeAirflow, path: str, answer: Any, said: str) -> None:
    fake.answers["GET", f"/api/v2/{path}"] = (200, answer)
    assert differences(target(fake), VERSION, PASSWORD) == [f"Airflow at {fake.url}: {said}"]


def test_without_its_password_or_an_answer_a_plan_says_so(fake: FakeAirflow) -> None:
    (found,) = differences(target(fake), VERSION, {})
    assert "expected the password of deploy" in found
    assert "in the variable AIRFLOW_PASSWORD, found nothing" in found
    nobody = AirflowTarget(dags="s3://acme/dags/", url="http://127.0.0.1:1", user="deploy")
    (found,) = differences(nobody, VERSION, PASSWORD)
    assert "found no answer" in found


def test_its_api_is_asked_for_the_dag(fake: FakeAirflow) -> None:
    with own_airflow(target(fake), VERSION, PASSWORD) as api:
        ask = asked_of(api)
        require_dag(ask, "Airflow", DAG_ID, FILES, 0)
        fake.answers["GET", SOURCE] = (404, {})
        assert ask(f"/dagSources/{DAG_ID}") is None
        fake.answers["GET", SOURCE] = (403, {"detail": "Forbidden"})
        with pytest.raises(SandboxError, match="HTTP 403"):
            ask(f"/dagSources/{DAG_ID}")


def test_an_airflow_is_mwaa_or_another_with_its_user() -> None:
    for more in ({"mwaa": "music", "url": "http://a", "user": "u"}, {"url": "http://a"}):
        with pytest.raises(ValidationError):
            AirflowTarget.model_validate({"dags": "s3://acme/dags/", **more})
