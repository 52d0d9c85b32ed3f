"""A promotion that has begun and not ended: what it may have brought, and what goes back from it."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from glue_sandbox.promote.begun import KEY, Begun, There, begin, release_to_go_back_to, unfinished
from glue_sandbox.promote.content import DAG_FILES, Content
from glue_sandbox.promote.environment import Buckets, Environment
from glue_sandbox.promote.plan import Plan
from glue_sandbox.promote.releases import Entry, Manifest
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.view import plan_lines

ENVIRONMENT = Environment(
    name="dev",
    account_id="111122223333",
    region="us-east-1",
    buckets=Buckets(data="acme-data", artifacts="acme-code"),
)
BEGUN = Begun(plan="p3", release="r3", at="today", by="bob")


class Bucket:
    """What S3 answers of the artifact bucket."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put_object(self, Key: str, Body: bytes, **_: str) -> None:  # noqa: N803 - as AWS names it
        self.objects[Key] = Body

    def get_object(self, Key: str, **_: str) -> Any:  # noqa: N803 - as AWS names it
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}


@pytest.fixture
def target() -> Target:
    made = Target(ENVIRONMENT, boto3.Session(region_name="us-east-1"), "me")
    made.__dict__["s3"] = Bucket()
    return made


def content(*dag_files: str, requirements: bytes | None = None) -> Content:
    files = dict.fromkeys(dag_files, b"")
    return Content(code=(), names={}, templates={}, dag_files=files, requirements=requirements)


def entry(release: str, plan: str) -> Entry:
    return Entry(release=release, at="monday", by="ada", plan=plan)


def test_it_has_not_ended_until_the_history_has_its_plan(target: Target) -> None:
    assert unfinished(target, []) is None
    begin(target, "p1", "r1", content("a.py"), There(None, None))
    found = unfinished(target, [entry("r0", "p0")])
    assert found
    assert (found.plan, found.release, found.by) == ("p1", "r1", "me")
    assert unfinished(target, [entry("r0", "p0"), entry("r1", "p1")]) is None


def test_what_others_brought_before_it_and_did_not_end_is_not_forgotten(target: Target) -> None:
    fixed = {"digest": "d", "commit": "", "created_at": "", "created_by": "", "names": {}}
    release = Manifest.model_validate(
        {"id": "r0", **fixed, "hashes": {f"{DAG_FILES}old.py": "1", "jobs/job.py": "2"}}
    )
    begin(target, "p1", "r1", content("a.py", requirements=b"x"), There(release, None))
    begin(target, "p2", "r2", content("b.py"), There(release, unfinished(target, [])))
    there = There(release, unfinished(target, []))
    assert there.dag_files == {"old.py", "a.py", "b.py"}
    assert there.has_requirements
    assert not There(release, None).has_requirements
    assert json.loads(target.s3.get_object(Bucket="acme-code", Key=KEY)["Body"].read())["release"] == "r2"


@pytest.mark.parametrize(
    ("releases", "begun", "expected"),
    [
        ([], None, None),
        ([], BEGUN, None),
        (["r1"], None, None),
        (["r1"], BEGUN, "r1"),
        (["r1", "r2"], None, "r1"),
        (["r1", "r2"], BEGUN, "r2"),
        (["r1", "r2", "r1"], None, "r2"),
    ],
)
def test_back_leads_to_the_last_release_that_was_whole(
    releases: list[str], begun: Begun | None, expected: str | None
) -> None:
    assert release_to_go_back_to([entry(name, name) for name in releases], begun) == expected


def test_a_plan_says_so_and_is_not_empty() -> None:
    fixed = {"id": "p", "environment": "dev", "account_id": "111122223333", "region": "eu-west-1"}
    plan = Plan.model_validate(
        {**fixed, "created_at": "", "digest": "d", "before": "r2", "unfinished": BEGUN}
    )
    lines = [*plan_lines(plan)]
    assert lines[1] == "There now: r2"
    assert lines[2].startswith("! parts of r3 may be there, too: its promotion by bob began at today")
    assert not plan.is_empty
    assert plan.model_copy(update={"unfinished": None}).is_empty
