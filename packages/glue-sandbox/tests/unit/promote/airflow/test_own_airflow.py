"""An Airflow by its URL: other versions are named, and a promotion waits for the DAG that it has brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from airflow_support.fake_airflow import DAG_ID, FakeAirflow, running_airflow
from pydantic import ValidationError

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.airflow.own_airflow import differences, own_airflow, require_dag
from glue_sandbox.promote.environment import AirflowTarget

VERSION, SOURCE = "3.2.1", f"/api/v2/dagSources/{DAG_ID}"
COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
HEALTHY = {name: {"status": "healthy"} for name in COMPONENTS}
FILES = {"dag.py": b"new = 1\n", "lib/more.py": b""}
PASSWORD = {"AIRFLOW_PASSWORD": "pw"}
ERRORS = "/api/v2/importErrors?limit=100"
Answer = tuple[int, dict[str, Any]]


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


def wait(fake: FakeAirflow, *answers: Answer, errors: dict[str, str] | None = None) -> int:
    """Wait for the DAG; between two looks the next answer comes. How many looks it took."""
    found = [{"filename": name, "stack_trace": trace} for name, trace in (errors or {}).items()]
    fake.answers["GET", ERRORS] = (200, {"import_errors": found})
    waiting, looks = iter(answers), []

    def pause(_: float) -> None:
        looks.append(1)
        fake.answers["GET", SOURCE] = next(waiting)

    pause(0)
    with own_airflow(target(fake), VERSION, PASSWORD) as api:
        require_dag(api, DAG_ID, FILES, 60 if len(answers) > 1 else 0, pause)
    return len(looks)


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


def test_the_dag_is_waited_for_until_it_is_that_of_the_release(fake: FakeAirflow) -> None:
    old, new = {"content": "old = 1\n"}, {"content": "new = 1\n"}
    assert wait(fake, (404, {}), (200, old), (200, new)) == 3


def test_an_import_error_of_the_release_ends_it_and_one_of_others_does_not(fake: FakeAirflow) -> None:
    new = {"content": "new = 1\n"}
    assert wait(fake, (200, new), errors={"/dags/theirs.py": "ValueError: x"}) == 1
    with pytest.raises(SandboxError, match=r"found /srv/dags/lib/more\.py: ValueError: no bucket"):
        wait(fake, (200, new), errors={"/srv/dags/lib/more.py": "Traceback\nValueError: no bucket\n"})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, {}), "no such DAG, and no import error"),
        ((200, {"content": "old = 1\n"}), "the DAG as it was before"),
        ((403, {"detail": "Forbidden"}), "HTTP 403"),
    ],
)
def test_a_dag_that_never_comes_is_named(fake: FakeAirflow, answer: Answer, said: str) -> None:
    with pytest.raises(SandboxError, match=said):
        wait(fake, answer)


def test_an_airflow_is_mwaa_or_another_with_its_user() -> None:
    for more in ({"mwaa": "music", "url": "http://a", "user": "u"}, {"url": "http://a"}):
        with pytest.raises(ValidationError):
            AirflowTarget.model_validate({"dags": "s3://acme/dags/", **more})
