"""`glue-sandbox audit --target aws` finds a deployment by its stacks, with the user's keys and address.

The account is the emulator's: that AWS itself answers alike is not proven here.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from deliveries import ROOT

from bootstrap import SOURCES
from glue_sandbox.clients import s3
from glue_sandbox.settings import Settings


def test_it_finds_bucket_and_tables_by_the_stacks_and_what_is_wrong_there(
    settings: Settings, checkout: Path, tmp_path: Path
) -> None:
    stray = "archive/2024/06/25/stray.csv"
    s3(settings).put_object(Bucket=settings.data_bucket, Key=stray, Body=b"x")
    users = {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    elsewhere = {"SANDBOX_STATE": str(tmp_path / "no-sandbox"), "PATH": "/bin"}
    env = {**users, **elsewhere, "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in SOURCES)}
    command = [str(settings.python("sandbox")), "-m", "glue_sandbox", "audit", "--target", "aws", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    wrong = {check: found for check, found in json.loads(done.stdout).items() if found}
    assert [each["key"] for each in wrong["moved_objects_are_deliveries"]] == [stray]
    assert len(wrong) == 1
    assert f"at {settings.endpoint_url}: calls that read, only" in done.stderr
    some_days = [*command, "--from", "2024-06-25"]
    assert subprocess.run(some_days, env=env, capture_output=True, text=True, check=False).returncode == 0
    s3(settings).delete_object(Bucket=settings.data_bucket, Key=stray)
