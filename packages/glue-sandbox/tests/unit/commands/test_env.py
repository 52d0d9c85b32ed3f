"""What `make env` prints leads a shell, boto3 and a tool that wants a profile to this sandbox."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import boto3
import pytest

from glue_sandbox.commands.env import env
from glue_sandbox.settings import load_settings


@pytest.fixture(params=["test", "own"])
def exports(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, str]:
    """What a shell has that takes what is printed."""
    monkeypatch.setenv("SANDBOX_STATE", str(tmp_path / "a state"))
    monkeypatch.setenv("SANDBOX_PORT", "14850")
    monkeypatch.setenv("KEYS", request.param)
    env()
    printed = capsys.readouterr().out
    before = {"PATH": os.environ["PATH"], "AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "mine"}
    done = subprocess.run(
        ["sh", "-c", f"{printed}\nenv"], env=before, capture_output=True, text=True, check=True
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return {name: value for name, value in found.items() if name.startswith("AWS_")}


def test_a_shell_gets_address_region_and_keys_and_loses_its_profile(exports: dict[str, str]) -> None:
    settings = load_settings()
    assert exports == {
        "AWS_ENDPOINT_URL": "http://localhost:14850",
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(settings.state / "aws_config"),
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
    assert (settings.access_key == "test") is (settings.keys == "test")


def test_the_profile_is_the_same_and_nobody_else_reads_it(
    exports: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", exports["AWS_CONFIG_FILE"])
    session = boto3.Session(profile_name="sandbox")
    keys = session.get_credentials()
    assert keys is not None
    assert (keys.access_key, keys.secret_key) == (
        exports["AWS_ACCESS_KEY_ID"],
        exports["AWS_SECRET_ACCESS_KEY"],
    )
    glue = session.client("glue")
    assert (glue.meta.endpoint_url, glue.meta.region_name) == ("http://localhost:14850", "us-east-1")
    assert Path(exports["AWS_CONFIG_FILE"]).stat().st_mode & 0o777 == 0o600
