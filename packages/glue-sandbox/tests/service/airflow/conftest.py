"""An embedded Airflow of its own for these tests, and an S3 for it to look into."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from airflow_support.embedded import (
    BUCKET,
    EmbeddedAirflow,
    answers,
    embedded_airflow,
    free_port,
    installed,
    wait_for,
)


@pytest.fixture(scope="session")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """MiniStack with one empty bucket."""
    python = installed("ministack")
    port, log = free_port(), tmp_path_factory.mktemp("ministack") / "ministack.log"
    environ = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "HOME": str(log.parent),
        "PATH": os.defpath,
    }
    with log.open("wb") as output:
        process = subprocess.Popen([python, "-m", "ministack"], env=environ, stdout=output, stderr=output)
    try:
        wait_for("MiniStack to listen", lambda: answers(port), 120, log)
        url = f"http://127.0.0.1:{port}"
        s3 = boto3.client(
            "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        s3.create_bucket(Bucket=BUCKET)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def airflow(tmp_path: Path, s3_url: str) -> Iterator[EmbeddedAirflow]:
    """A fresh Airflow, healthy."""
    with embedded_airflow(tmp_path / "state", s3_url) as started:
        yield started
