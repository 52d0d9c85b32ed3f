"""The files of a new project: sandbox.toml, and a DAG and a job that work, where it has none of its own."""

from __future__ import annotations

import re
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.project import FILE

PROJECT = """\
# What glue-sandbox must know of this project.
name = "{name}"

[airflow]
dag_id = "hello"  # of the DAG in dags/

[jobs.define.hello]
script = "jobs/hello.py"
type = "pythonshell"  # or glueetl, for Spark
"""
DAG = '''\
"""Runs the job `hello`."""

from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk import DAG

with DAG("hello", schedule=None):
    GlueJobOperator(task_id="hello", job_name="hello")
'''
JOB = '''\
"""Lists the buckets that this job can see."""

import boto3

for bucket in boto3.client("s3").list_buckets()["Buckets"]:
    print(bucket["Name"])
'''


def write_project(folder: Path, name: str | None = None) -> list[Path]:
    """Write what the folder has not yet, and return it.

    Raises:
        SandboxError: the folder has a project file.
    """
    if (folder / FILE).exists():
        raise SandboxError(f"a folder without {FILE}", f"{folder / FILE}", "glue-sandbox up")
    wanted = re.sub("[^a-z0-9]+", "-", (name or folder.name).lower()).strip("-")[:40] or "project"

    files = {FILE: PROJECT.format(name=wanted), "dags/hello.py": DAG, "jobs/hello.py": JOB}
    written = []
    for relative, text in files.items():
        file = folder / relative
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            written.append(file)
    return written
