"""The templates' roles grant what the sample's runs needed, and nothing else, unless a reason is given.

That each grant is needed is asked of the emulator, which holds roles to their policies: without any one of a
role's actions a call that was recorded would be denied. A few of them are really taken from a role.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from deliveries import ROOT
from e2e.harness import Sandbox

from glue_sandbox.permissions.granted import Role
from glue_sandbox.permissions.needed import Permission, needed_permissions
from glue_sandbox.permissions.project_roles import project_roles, reasons_of
from glue_sandbox.settings import load_settings
from glue_sandbox.status.recorded_calls import recorded_calls
from local_glue.calls.recorder import parse_records

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))

SEED = 15
TAKEN = 2
OF_LOADER = ("s3:GetObject", "s3:ListBucket", "dynamodb:DescribeTable", "dynamodb:UpdateItem")
"""Actions that the loader needs again when it is repeated."""


@pytest.fixture
def looked_at(sandbox: Sandbox) -> None:
    """Once more all that the API reads, whatever other files have looked at."""
    for url in sandbox.status["apis"].values():
        httpx.get(f"{url}metrics", timeout=60).raise_for_status()
        (day, *_) = httpx.get(f"{url}days", timeout=60).raise_for_status().json()["items"]
        for path in (f"days/{day['listen_date']}", "metrics"):
            httpx.get(url + path, timeout=60).raise_for_status()


@pytest.mark.usefixtures("looked_at")
def test_each_grant_was_used_or_has_a_reason(sandbox: Sandbox) -> None:
    done = sandbox.attempt("permissions")
    if sandbox.mode == "containers":  # Spark and crawlers ask LocalStack there, past anything of ours
        assert "dynamodb:BatchWriteItem" in done.stdout, done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_least_policy_of_the_jobs_names_their_tables(sandbox: Sandbox) -> None:
    done = sandbox.command("permissions", "--policy", "JobsRole")
    assert ":table/track_level_reports" in done
    assert '"Resource": "*"' not in done


@pytest.mark.usefixtures("looked_at")
def test_without_any_one_granted_action_a_recorded_call_is_denied(sandbox: Sandbox) -> None:
    if sandbox.mode == "containers":
        return  # LocalStack's free edition evaluates no policies
    settings = load_settings(sandbox.environment)
    needed = needed_permissions(parse_records(recorded_calls(settings)))
    asked = {}
    for role in project_roles(settings):
        calls = {one for caller, some in needed.items() if role.is_caller(caller) for one in some}
        policies = deployed_policies(sandbox, role) or [document_of(role)]
        asked[role.logical_id] = {
            "policies": policies,
            "calls": [[one.action, places(one, role)] for one in sorted(calls)],
        }
    assert sum(len(each["calls"]) for each in asked.values()) > 60

    answer = denials(sandbox, asked)
    certain = {name: [each for each in found[""] if "Tagging" not in each] for name, found in answer.items()}
    assert certain == {name: [] for name in asked}, "as they are, the roles allow all that was recorded"
    reasons = reasons_of(settings)
    needless = {
        f"{name}: {action}"
        for name, found in answer.items()
        for action, denied in found.items()
        if action and not denied and action not in reasons.get(name, {})
    }
    assert needless == set()
    assert len(answer["JobsRole"]["s3:GetObject"]) > 3


def test_a_loader_without_one_of_its_actions_fails_and_names_it(sandbox: Sandbox) -> None:
    if sandbox.mode == "containers":
        return  # LocalStack's free edition evaluates no policies
    for action in random.Random(SEED).sample(OF_LOADER, TAKEN):  # noqa: S311 - a choice, no secret
        with role_without(sandbox, "music-streams-glue-jobs", action):
            done = sandbox.attempt("run", "insert_metrics_dynamo")
        assert done.returncode == 1, action
        assert re.search(rf"not authorized to perform:? {action}\b", done.stdout), f"{action}\n{done.stdout}"
    assert sandbox.attempt("run", "insert_metrics_dynamo").returncode == 0


def deployed_policies(sandbox: Sandbox, role: Role) -> list[Any]:
    """The documents of a deployed role; none of one that no sandbox deploys, such as Airflow's."""
    iam = sandbox.client("iam")
    names = [each["RoleName"] for each in iam.list_roles()["Roles"] if role.is_caller(each["Arn"])]
    return [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for name in names
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]


def document_of(role: Role) -> dict[str, Any]:
    """A policy of what the template grants."""
    statements = [
        {"Effect": "Allow", "Action": each.action, "Resource": each.resource} for each in role.grants
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def places(one: Permission, role: Role) -> list[str]:
    """Where a recorded call may have been: in its folder, as far down as the role's policy names it."""
    folder = one.resource.removesuffix("*")
    below = [
        grant.resource.replace("*", "x")
        for grant in role.grants
        if one.resource != folder and grant.resource.startswith(folder)
    ]
    return [one.resource, *below]


def denials(sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """What tests/e2e/grant_denials.py answers."""
    settings = load_settings(sandbox.environment)
    done = subprocess.run(
        [settings.python("ministack"), ROOT / "tests/e2e/grant_denials.py"],
        env={"PYTHONPATH": str(ROOT / "packages/local-glue/src"), "PATH": os.defpath},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return answer


@contextmanager
def role_without(sandbox: Sandbox, role: str, action: str) -> Iterator[None]:
    """Take one action from every statement of a deployed role, and give it back."""
    iam = sandbox.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    before = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}

    def put(name: str, document: Any) -> None:
        if document["Statement"]:
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
        else:
            iam.delete_role_policy(RoleName=role, PolicyName=name)

    for name, document in before.items():
        statements = []
        for each in document["Statement"]:
            actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
            if kept := [one for one in actions if one != action]:
                statements.append({**each, "Action": kept})
        put(name, {**document, "Statement": statements})
    try:
        yield
    finally:
        for name, document in before.items():
            put(name, document)
