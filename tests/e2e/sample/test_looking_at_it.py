"""Status, logs, ports and the one endpoint of a sandbox that is up."""

from __future__ import annotations

import json

import httpx
import pytest
from e2e.harness import Sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))


def test_status_as_json_says_that_all_is_healthy(sandbox: Sandbox) -> None:
    done = sandbox.make("status", "JSON=1")
    states = {name: seen["state"] for name, seen in json.loads(done.stdout)["services"].items()}
    assert states == dict.fromkeys(sandbox.services, "healthy")


def test_logs_of_one_service_are_its_own(sandbox: Sandbox) -> None:
    assert services_of(sandbox.command("logs", "glue", "--lines", "3")) == {"glue"}


def test_logs_are_those_of_every_service(sandbox: Sandbox) -> None:
    assert services_of(sandbox.command("logs", "--all")) >= sandbox.services


def test_metrics_are_those_of_all_jobs(sandbox: Sandbox) -> None:
    shown = sandbox.command("metrics")
    names = ("FilesProcessed", "RowsRejected", "ItemsWritten", "LandingToKpiSeconds", "RunsSucceeded")
    assert [name for name in names if name not in shown] == []


def test_a_stack_given_to_the_endpoint_makes_its_job_in_glue(sandbox: Sandbox) -> None:
    stacks, name = sandbox.client("cloudformation"), {"StackName": "made-by-hand"}
    wait = {**name, "WaiterConfig": {"Delay": 1, "MaxAttempts": 120}}
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    job = {"Type": "AWS::Glue::Job", "Properties": {"Role": "r", "Timeout": "5", "Command": command}}
    template = {"Resources": {"Job": job}, "Outputs": {"Name": {"Value": {"Ref": "Job"}}}}
    stacks.create_stack(**name, TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(**wait)
    made = stacks.describe_stacks(**name)["Stacks"][0]["Outputs"][0]["OutputValue"]
    assert sandbox.glue.get_job(JobName=made)["Job"]["Timeout"] == 5
    stacks.delete_stack(**name)
    stacks.get_waiter("stack_delete_complete").wait(**wait)
    assert made not in sandbox.glue.list_jobs()["JobNames"]


def test_no_port_answers_pages_and_host_names_of_others(sandbox: Sandbox) -> None:
    """At each port that is published, in both modes: a page elsewhere, and a name that only leads here."""
    for port in ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT"):
        url = f"http://127.0.0.1:{sandbox.ports[port]}/"
        for headers in (
            {"Host": "evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
        ):
            answer = httpx.get(url, headers=headers)
            assert (answer.status_code, "AccessDenied" in answer.text) == (403, True), (port, headers)


def services_of(log: str) -> set[str]:
    """Names of the services that lines of `logs` are of; a long line goes on in the next one."""
    return {line.split(" │ ")[0].split("/")[0].strip() for line in log.splitlines() if " │ " in line}
