"""A run is its job's role: Glue must be let in by that role, and no other will do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from glue_service.aws import trust_in
from glue_service.service import GlueService

from local_glue.aws import roles
from local_glue.aws.clients import client
from local_glue.settings import read_settings
from local_glue.store import Scope

ACCOUNT = "arn:aws:iam::000000000000"
WHO_AM_I = "import boto3\nprint(boto3.client('sts').get_caller_identity()['Arn'])"


def make_role(service: GlueService, trust: str = trust_in("glue.amazonaws.com")) -> str:
    name = f"role-{uuid.uuid4().hex[:8]}"
    service.aws("iam").create_role(RoleName=name, Path="/service-role/", AssumeRolePolicyDocument=trust)
    return name


def test_a_run_is_known_by_its_jobs_role_however_that_is_named(service: GlueService) -> None:
    name = make_role(service)
    given = [name, f"service-role/{name}", f"/service-role/{name}", f"{ACCOUNT}:role/service-role/{name}"]
    jobs = [service.job(WHO_AM_I, Role=role) for role in given]
    runs = [service.wait(job, run_id) for job, run_id in [(job, service.start(job)) for job in jobs]]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED"] * 4, runs
    who = f"arn:aws:sts::000000000000:assumed-role/{name}/GlueJobRunnerSession"
    assert [service.lines(run) for run in runs] == [[who]] * 4


def test_a_role_that_glue_may_not_assume_fails_the_run_in_glues_words(service: GlueService) -> None:
    for_ec2 = make_role(service, trust_in("ec2.amazonaws.com"))
    deny = trust_in("glue.amazonaws.com").replace("Allow", "Deny")
    not_by_path = make_role(service)
    cases = {
        for_ec2: (f"{ACCOUNT}:role/service-role/{for_ec2}", "trust policy does not allow sts:AssumeRole"),
        (denied := make_role(service, deny)): (f"{ACCOUNT}:role/service-role/{denied}", "trust policy"),
        "no-such-role": (f"{ACCOUNT}:role/no-such-role", "NoSuchEntity"),
        f"{ACCOUNT}:role/": (f"{ACCOUNT}:role/", ""),
        f"{ACCOUNT}:role/{not_by_path}": (f"{ACCOUNT}:role/{not_by_path}", "role/service-role/"),
        "arn:aws:iam::111111111111:role/other": ("arn:aws:iam::111111111111:role/other", "NoSuchEntity"),
    }
    started = [
        (job, service.start(job)) for job in (service.job("print('ran')", Role=role) for role in cases)
    ]
    for (job, run_id), (arn, reason) in zip(started, cases.values(), strict=True):
        run = service.wait(job, run_id)
        assert run["JobRunState"] == "FAILED"
        assert run["ErrorMessage"].startswith(
            f"JobName:{job} and JobRunId:{run_id} failed to execute with exception "
            f"Role {arn} should be given assume role permissions for Glue Service."
        )
        assert reason in run["ErrorMessage"]


@pytest.mark.parametrize(("seconds", "hours"), [(60.0, 1), (3 * 3600.0, 3), (7 * 24 * 3600.0, 12)])
def test_credentials_last_as_long_as_the_run_may(
    service: GlueService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, hours: int
) -> None:
    answers: list[Any] = []

    def listening(*arguments: Any) -> Any:
        made = client(*arguments)
        made.meta.events.register("after-call.sts.AssumeRole", lambda parsed, **_: answers.append(parsed))
        return made

    monkeypatch.setattr(roles, "client", listening)
    environ = {"GLUE_STATE_DIR": str(tmp_path), "GLUE_JOB_PYTHON": "python"}
    settings = read_settings({**environ, "GLUE_EMULATOR_URL": service.emulator_url})
    roles.assume_role(settings, Scope("000000000000", "us-east-1"), make_role(service), "session", seconds)
    (answer,) = answers
    left = answer["Credentials"]["Expiration"] - datetime.now(UTC)
    assert timedelta(hours=hours, minutes=-5) < left <= timedelta(hours=hours)


def test_an_emulator_that_is_away_is_not_taken_for_a_role_that_is(tmp_path: Path) -> None:
    environ = {"GLUE_STATE_DIR": str(tmp_path), "GLUE_JOB_PYTHON": "python"}
    settings = read_settings({**environ, "GLUE_EMULATOR_URL": "http://127.0.0.1:1"})
    with pytest.raises(
        roles.RoleError, match=r"Role .*/r can't be assumed: Could not connect to the endpoint"
    ):
        roles.assume_role(settings, Scope("000000000000", "us-east-1"), "r", "session")
