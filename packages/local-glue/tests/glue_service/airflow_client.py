"""Airflow's own operators and sensors as clients of the service."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from glue_service.servers import ENVS
from glue_service.service import GlueService

AIRFLOW = ENVS / "airflow/bin/python"


def airflow(service: GlueService, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of code where Airflow is installed, pointed at the AWS endpoint."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AWS_ENDPOINT_URL": service.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    return subprocess.run(
        [str(AIRFLOW), "-c", code],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
