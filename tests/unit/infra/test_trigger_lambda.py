"""The Lambda function: which events start a run, and what it says when Airflow does not answer."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from airflow_support.fake_airflow import DAG_ID, LATEST, RUNS, FakeAirflow, running_airflow
from deliveries import ROOT


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAirflow]:
    with running_airflow() as fake:
        settings = {"DAG_ID": DAG_ID, "MWAA_ENVIRONMENT": "", "AIRFLOW_API_URL": fake.url}
        login = {"AIRFLOW_USER": "admin", "AIRFLOW_PASSWORD": "pw"}
        # A proxy that is not there: the function must not use it.
        for name, value in {**settings, **login, "http_proxy": "http://127.0.0.1:9"}.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def trigger(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "infra" / "lambdas"))
    return importlib.import_module("trigger_music_pipeline_dag.handler")


def event(*keys: str) -> dict[str, Any]:
    time = "2024-06-25T10:00:00.000Z"
    return {"Records": [{"eventTime": time, "s3": {"object": {"key": key, "eTag": "e1"}}} for key in keys]}


def test_a_delivered_file_starts_a_run(trigger: Any, airflow: FakeAirflow) -> None:
    outcome = trigger.handler(event("spotify_data/user_streams/a+b%C3%A9.csv"), None)
    assert outcome["started"] == "s3__first"
    assert airflow.asked == [
        ("POST", "/auth/token", {"username": "admin", "password": "pw"}),
        ("GET", LATEST, None),
        ("POST", RUNS, {"dag_run_id": "s3__first", "logical_date": None}),
    ]


def runs(*states: str) -> tuple[int, dict[str, Any]]:
    found = [{"dag_run_id": f"r{number}", "state": state} for number, state in enumerate(states)]
    return 200, {"total_entries": len(found), "dag_runs": found}


def listing(run_id: str) -> str:
    return f"{RUNS}/{run_id}/taskInstances/check_files"


def test_a_run_that_waits_already_is_enough(trigger: Any, airflow: FakeAirflow) -> None:
    airflow.answers["GET", LATEST] = runs("running", "queued")
    assert trigger.handler(event("a.csv"), None)["started"] is None
    assert [method for method, path, _ in airflow.asked if path == RUNS] == []


COVERED: list[tuple[dict[str, Any], bool]] = [
    ({"state": None, "start_date": None, "try_number": 0}, True),
    ({"state": "running", "start_date": "2024-06-25T10:00:00.000000Z", "try_number": 1}, True),
    ({"state": "success", "start_date": "2024-06-25T10:00:07.5Z", "try_number": 1}, True),
    ({"state": "success", "start_date": "2024-06-25T09:59:59.999Z", "try_number": 1}, False),
    ({"state": "success", "start_date": "2024-06-25T10:00:07.5Z", "try_number": 2}, False),
    ({"state": "failed", "start_date": "2024-06-25T10:00:07.5Z", "try_number": 1}, False),
]


@pytest.mark.parametrize(("task", "is_covered"), COVERED)
def test_a_run_that_lists_the_folder_after_the_file_landed_is_enough(
    trigger: Any, airflow: FakeAirflow, task: dict[str, Any], is_covered: bool
) -> None:
    airflow.answers["GET", LATEST] = runs("running", "success")
    airflow.answers["GET", listing("r0")] = (200, task)
    started = trigger.handler(event("a.csv"), None)["started"]
    assert started == (None if is_covered else trigger.run_id_after("r0"))


def test_many_events_at_once_start_one_run(trigger: Any, airflow: FakeAirflow) -> None:
    """None of them sees the run that another has just queued: its name is the lock."""
    airflow.answers["GET", LATEST] = runs("success")
    airflow.answers["GET", listing("r0")] = (200, {"state": "success", "start_date": "2024-06-25T09:00:00Z"})
    for number in range(14):
        trigger.handler(event(f"{number}.csv"), None)
    assert {body["dag_run_id"] for _, path, body in airflow.asked if path == RUNS} == {
        trigger.run_id_after("r0")
    }


@pytest.mark.parametrize("nothing", [event("spotify_data/user_streams/"), {"Event": "s3:TestEvent"}])
def test_folder_markers_and_test_events_start_nothing(
    trigger: Any, airflow: FakeAirflow, nothing: dict[str, Any]
) -> None:
    assert trigger.handler(nothing, None)["started"] is None
    assert airflow.asked == []


def test_a_run_that_another_event_queued_meanwhile_is_enough(trigger: Any, airflow: FakeAirflow) -> None:
    airflow.answers["POST", RUNS] = (409, {"detail": "exists"})
    assert trigger.handler(event("a.csv"), None) == {
        "started": None,
        "reason": "run s3__first was queued meanwhile and will find the file",
    }


def test_after_another_run_comes_another_run(trigger: Any) -> None:
    assert len({trigger.run_id_after(before) for before in ("", "r0", "r1")}) == 3


def test_a_refusal_is_told_with_status_and_next_step(trigger: Any, airflow: FakeAirflow) -> None:
    airflow.answers["POST", RUNS] = (404, {"detail": "no such DAG"})
    with pytest.raises(Exception, match=r"found status 404: .*no such DAG.*check DagId"):
        trigger.handler(event("a.csv"), None)


def test_an_airflow_that_is_not_there_is_named(
    trigger: Any, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_API_URL", "http://127.0.0.1:9")
    with pytest.raises(Exception, match=r"Expected Airflow at http://127\.0\.0\.1:9, found no answer"):
        trigger.handler(event("a.csv"), None)


def test_a_function_without_airflow_says_which_settings_it_lacks(
    trigger: Any, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_API_URL", "")
    with pytest.raises(Exception, match="Expected MWAA_ENVIRONMENT or AIRFLOW_API_URL"):
        trigger.handler(event("a.csv"), None)


def test_on_mwaa_the_same_calls_go_through_invoke_rest_api(
    trigger: Any, airflow: FakeAirflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3
    from botocore.stub import Stubber

    client = boto3.client("mwaa", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    monkeypatch.setattr(boto3, "client", lambda _service: client)
    monkeypatch.setenv("MWAA_ENVIRONMENT", "prod")
    asked = {"Name": "prod", "Path": f"/dags/{DAG_ID}/dagRuns"}
    with Stubber(client) as mwaa:
        mwaa.add_response(
            "invoke_rest_api",
            {"RestApiStatusCode": 200, "RestApiResponse": {"total_entries": 0, "dag_runs": []}},
            {**asked, "Method": "GET", "QueryParameters": {"order_by": "-run_after", "limit": 20}},
        )
        mwaa.add_client_error(
            "invoke_rest_api",
            "RestApiClientException",
            expected_params={
                **asked,
                "Method": "POST",
                "Body": {"dag_run_id": "s3__first", "logical_date": None},
            },
            modeled_fields={"RestApiStatusCode": 409, "RestApiResponse": {"detail": "exists"}},
        )
        assert trigger.handler(event("a.csv"), None)["reason"].startswith(
            "run s3__first was queued meanwhile"
        )
    assert airflow.asked == []


def test_functions_need_nothing_but_python_and_boto3() -> None:
    for path in (ROOT / "infra" / "lambdas").rglob("*.py"):
        lines = [line.split() for line in path.read_text().splitlines()]
        imported = {line[1].split(".")[0] for line in lines if line[:1] in (["import"], ["from"])}
        assert imported - {""} <= set(sys.stdlib_module_names) | {"boto3", "botocore"}
