"""The audit of a real account: the user's own settings for it alone, and no call that writes is ever sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from glue_sandbox import cli
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.environment import Environment
from glue_sandbox.promote.target import Target
from music.audit import aws, location

# Nothing listens on this port, so a call that is sent fails for another reason than the one expected here.
NOWHERE = "http://127.0.0.1:9"
OWN = {
    "AWS_ACCESS_KEY_ID": "AKIAOWN",
    "AWS_SECRET_ACCESS_KEY": "own",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ENDPOINT_URL": NOWHERE,
}
ENVIRONMENT = """\
account_id = "111122223333"
region = "eu-west-1"
stacks = "acme-dev"
[buckets]
data = "acme"
artifacts = "acme-code"
"""
READING = ("Get", "BatchGet", "List", "Head", "Describe", "Query", "Scan")


@pytest.fixture
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "os.environ", {"PATH": "/bin", "SANDBOX_STATE": str(tmp_path), "COLUMNS": "200", **OWN}
    )


def test_only_the_audit_of_aws_sees_the_users_keys(
    own_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def look(*_: object) -> Any:
        seen.append(os.environ["AWS_ACCESS_KEY_ID"])
        raise SandboxError("an end", "it", "nothing")

    monkeypatch.setattr(location, "of_sandbox", look)
    monkeypatch.setattr(aws, "given", look)
    monkeypatch.setattr(aws, "_identity", lambda _: "arn:aws:iam::1:user/me")
    for arguments in (["audit"], ["audit", "--target", "aws", "--bucket", "b"]):
        os.environ.update(OWN)
        result = CliRunner().invoke(cli.build_app(load_project()), arguments)
        assert isinstance(result.exception, SandboxError)
    assert seen == ["test", "AKIAOWN"]
    assert os.environ["AWS_ACCESS_KEY_ID"] == "test", "given back at once"


def test_a_call_that_writes_is_never_sent(own_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "_identity", lambda _: "arn:aws:iam::1:user/me")
    with aws.account(OWN, "s-", "bucket", []) as found:
        calls: list[Callable[[], object]] = [
            lambda: found.s3.put_object(Bucket="bucket", Key="k", Body=b""),
            lambda: found.s3.delete_object(Bucket="bucket", Key="k"),
            lambda: found.dynamodb.Table("t").put_item(Item={}),
            lambda: found.dynamodb.Table("t").delete(),
        ]
        for call in calls:
            with pytest.raises(SandboxError, match=r"expected calls that read, only; found (s3|dynamodb) "):
                call()


def test_a_call_that_writes_is_never_sent_to_an_environment(
    own_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.toml").write_text(ENVIRONMENT)
    project = load_project().model_copy(update={"root": tmp_path})
    asked: list[str] = []

    def named(_: object, stacks: str) -> dict[str, str]:
        asked.append(stacks)
        return {aws.BUCKET_OUTPUT: "acme", **{name: name for name in aws.CONTRACTS}}

    @contextmanager
    def account_of(environment: Environment, own: Mapping[str, str]) -> Iterator[Target]:
        assert own == OWN
        session = boto3.Session("AKIAOWN", "own", region_name="eu-west-1")
        yield Target(environment, session, "arn:aws:iam::1:user/me")

    monkeypatch.setattr(aws, "of_stacks", named)
    monkeypatch.setattr(aws, "target_of", account_of)
    with aws.environment_account(OWN, project, "dev") as found:
        assert (found.bucket, asked) == ("acme", ["acme-dev-"])
        with pytest.raises(SandboxError, match="expected calls that read, only; found s3 "):
            found.s3.put_object(Bucket="acme", Key="k", Body=b"")


def test_what_aws_refuses_is_said_with_the_next_command(own_environment: None) -> None:
    with (
        pytest.raises(SandboxError, match=r"AWS account that lets you read.*Could not connect.*TARGET=aws"),
        aws.account(OWN, "music-streams-", None, []),
    ):
        pass
    with (
        pytest.raises(SandboxError, match="none-such"),
        aws.account({"AWS_PROFILE": "none-such"}, "music-streams-", None, []),
    ):
        pass


def test_names_by_options_are_checked() -> None:
    names = aws.given("b", ["TopGenresByDay=other"])
    assert (names["TopGenresByDay"], names["GenreDailyKPIs"]) == ("other", "GenreDailyKPIs")
    for wrong in ("Unknown=x", "TopGenresByDay"):
        with pytest.raises(SandboxError, match=f"found {wrong.partition('=')[0]};"):
            aws.given("b", [wrong])


def test_stacks_without_the_outputs_are_named() -> None:
    class Session:
        def client(self, _: str) -> Session:
            return self

        def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803
            outputs = [{"OutputKey": "DataBucketName", "OutputValue": "b"}] if "storage" in StackName else []
            return {"Stacks": [{"Outputs": outputs}]}

    with pytest.raises(SandboxError, match=r"stacks s-storage and s-tables .* none for track_level_reports"):
        aws.of_stacks(Session(), "s-")  # type: ignore[arg-type]


def test_every_call_the_audit_is_allowed_exists_and_reads() -> None:
    for service, operations in aws.READS.items():
        client: Any = boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]
        assert operations <= set(client.meta.service_model.operation_names)
        assert all(
            name.startswith(("Get", "BatchGet", "List", "Head", "Describe", "Query", "Scan"))
            for name in operations
        )
