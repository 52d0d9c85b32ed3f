"""The checkout that the tests lie in, and projects made for a test."""

from __future__ import annotations

import json
import re
from pathlib import Path

from glue_sandbox.project.file import Project, load_project

ROOT = Path(__file__).resolve().parents[3]
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def project_at(root: Path) -> Project:
    """This repository's project, as if its files lay in another folder; nothing is asked of the folder."""
    return load_project(ROOT / "sandbox.toml").model_copy(update={"root": root})


def write_project(root: Path, text: str = "") -> Path:
    """A small project file in a folder; returns the file."""
    (root / "dags").mkdir(parents=True, exist_ok=True)
    file = root / "sandbox.toml"
    file.write_text(f'name = "small"\n{text}\n[airflow]\ndag_id = "small"\n')
    return file


def write_example(root: Path) -> Path:
    """The project file that docs/sandbox-toml.md shows, and all that it names; returns the file."""
    page = (ROOT / "docs" / "sandbox-toml.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, re.M | re.S)
    for folder in ("dags", "include", "plugins", "jobs", "listens", "iam", "lambda", "notebooks"):
        (root / folder).mkdir()
    (root / "jobs" / "transform.py").write_text("print('transform')\n")
    (root / "listens" / "__init__.py").write_text("")
    (root / "lambda" / "lambda_function.py").write_text(FUNCTION)
    (root / "iam" / "jobs.json").write_text(json.dumps(POLICY))
    (root / "airflow_settings.yaml").write_text("airflow: {variables: []}\n")
    (root / "requirements.txt").write_text("# nothing besides Airflow\n")
    (root / "sandbox.toml").write_text(example)
    return root / "sandbox.toml"


# Copies what was delivered, so that a test can see that it was called.
FUNCTION = """
import boto3

def lambda_handler(event, context):
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        boto3.client("s3").copy_object(
            Bucket=bucket, Key=f"seen/{key}", CopySource={"Bucket": bucket, "Key": key}
        )
"""
