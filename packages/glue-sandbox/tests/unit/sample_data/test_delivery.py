"""The command `seed`: what is there is left alone, other content stays unless it is to be replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.sample_data import delivery
from glue_sandbox.settings import Settings


class FakeS3:
    """One bucket, `listens`: what delivery asks of S3."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads: list[str] = []

    def head_bucket(self, **asked: str) -> None:
        if asked["Bucket"] != "listens":
            raise ClientError({"Error": {"Code": "404"}}, "HeadBucket")

    def head_object(self, **asked: str) -> dict[str, Any]:
        body = self.objects.get(asked["Key"])
        if body is None:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        return {
            "ContentLength": len(body),
            "ETag": etag,
            "LastModified": datetime(2024, 6, 25, 17, 43, tzinfo=UTC),
        }

    def upload_file(self, path: str, bucket: str, key: str, **more: Callable[[int], None]) -> None:
        self.objects[key] = Path(path).read_bytes()
        self.uploads.append(f"s3://{bucket}/{key}")
        more["Callback"](len(self.objects[key]))


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    fake = FakeS3()
    monkeypatch.setattr(delivery, "s3", lambda _: fake)
    monkeypatch.setattr(delivery, "must_run", lambda _: {})
    return fake


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    for name in ("one.csv", "two.csv"):
        (tmp_path / "data" / name).write_text(name)
    text = 'name = "listens"\n[seed.plays]\nfiles = ["data"]\nto = "incoming/"\n'
    (tmp_path / "sandbox.toml").write_text(text)
    return Settings(
        project=load_project(tmp_path / "sandbox.toml"), state=tmp_path / "state", data_bucket="listens"
    )


def test_twice_is_harmless_and_what_the_pipeline_took_is_delivered_again(
    s3: FakeS3, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery.deliver(settings, (), replace=False)
    assert s3.uploads == ["s3://listens/incoming/one.csv", "s3://listens/incoming/two.csv"]
    said = capsys.readouterr().out
    assert "Sample data: 2 files (" in said
    assert "s3://listens/incoming/two.csv      7" in said

    delivery.deliver(settings, (), replace=False)
    assert len(s3.uploads) == 2
    assert "Sample data: 2 files, 2 of them there already (" in capsys.readouterr().out

    del s3.objects["incoming/one.csv"]
    delivery.deliver(settings, (), replace=False)
    assert s3.uploads[2:] == ["s3://listens/incoming/one.csv"]


def test_other_content_stays_and_nothing_is_uploaded_unless_it_is_to_be_replaced(
    s3: FakeS3, settings: Settings
) -> None:
    s3.objects["incoming/two.csv"] = b"another"
    with pytest.raises(SandboxError) as caught:
        delivery.deliver(settings, (), replace=False)
    error = caught.value
    assert (error.expected, error.found, error.next_command) == (
        "nothing else at s3://listens/incoming/two.csv; nothing was uploaded",
        "other content there (7 bytes, of 2024-06-25 17:43)",
        "make seed REPLACE=1, which replaces it",
    )
    assert (s3.uploads, s3.objects) == ([], {"incoming/two.csv": b"another"})

    delivery.deliver(settings, (), replace=True)
    assert s3.objects == {"incoming/one.csv": b"one.csv", "incoming/two.csv": b"two.csv"}


def test_a_bucket_that_is_not_there_is_named(s3: FakeS3, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"data_bucket": "missing"})
    with pytest.raises(SandboxError, match="expected the bucket missing; found none of this name"):
        delivery.deliver(elsewhere, (), replace=False)
    assert s3.uploads == []


def test_without_a_sandbox_nothing_is_delivered(settings: Settings) -> None:
    with pytest.raises(SandboxError, match="expected a running sandbox"):
        delivery.deliver(settings, (), replace=False)


def test_a_long_list_is_cut(
    s3: FakeS3, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SHOWN", 1)
    delivery.deliver(settings, (), replace=False)
    said = capsys.readouterr().out
    assert "incoming/one.csv" in said
    assert "incoming/two.csv" not in said
    assert "and 1 more file" in said


def test_up_names_it_where_there_is_sample_data(settings: Settings) -> None:
    assert settings.project.next_commands == ("make seed", "make run")
