"""The promotion's smoke test starts the run that removes its traces: it does not wait for a schedule."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from trigger_music_pipeline_dag.handler import delivered_files

from glue_sandbox.promote.smoke import Deployed
from music.smoke import start_run

ARN = "arn:aws:lambda:us-east-1:111122223333:function:dev_trigger"
PENDING = "pending/smoke_test_1.json"


class Account:
    """What CloudFormation and Lambda of an account answer."""

    def __init__(self, refusal: str = "") -> None:
        self.refusal, self.invoked = refusal, list[dict[str, Any]]()

    def client(self, _: str) -> Account:
        return self

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - as AWS names it
        assert StackName == "acme-dev-trigger"
        outputs = [{"OutputKey": "TriggerFunctionArn", "OutputValue": ARN}]
        return {"Stacks": [{"Outputs": outputs}]}

    def invoke(self, **request: Any) -> None:
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "Invoke")
        self.invoked.append(request)


def deployed(account: Account, said: list[str]) -> Deployed:
    session: Any = SimpleNamespace(client=account.client)
    return Deployed("dev", session, "acme-data", "acme-dev", 60, said.append)


def test_the_function_that_starts_the_dag_is_told_of_the_day_as_of_a_file() -> None:
    account, said = Account(), list[str]()
    start_run(deployed(account, said), PENDING)
    (request,) = account.invoked
    assert (request["FunctionName"], request["InvocationType"]) == (ARN, "Event")
    (file,) = delivered_files(json.loads(request["Payload"]))
    assert file["key"] == PENDING
    assert said == []


def test_whoever_may_not_invoke_it_is_told_and_waits_for_the_schedule() -> None:
    said: list[str] = []
    start_run(deployed(Account("AccessDeniedException"), said), PENDING)
    assert said == [
        "smoke test: not allowed to start a run (lambda:InvokeFunction); waiting for one of the schedule"
    ]
    with pytest.raises(ClientError):
        start_run(deployed(Account("ResourceNotFoundException"), said), PENDING)
