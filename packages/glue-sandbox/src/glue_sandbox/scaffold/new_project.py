"""The files of a new project: sandbox.toml for what is there, or an example of all where nothing is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import FILE
from glue_sandbox.scaffold.survey.findings import Findings
from glue_sandbox.scaffold.survey.proposal import proposed_file
from glue_sandbox.scaffold.survey.repository import survey

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


@dataclass(frozen=True)
class NewProject:
    """What was written, and what nobody could find out from the repository."""

    written: tuple[Path, ...]
    unknown: tuple[str, ...] = ()
    has_samples: bool = False
    has_tests: bool = False

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What one would type now."""
        seed, test = ["seed"] * self.has_samples, ["test"] * self.has_tests
        return tuple(f"glue-sandbox {each}" for each in ("up", *seed, "run JOB", *test))


def write_project(folder: Path, name: str | None = None) -> NewProject:
    """Write the project file for what is in the folder; into one without DAG and job, an example of both.

    Nothing that is there is changed.

    Raises:
        SandboxError: the folder has a project file.
    """
    if (folder / FILE).exists():
        raise SandboxError(f"a folder without {FILE}", f"{folder / FILE}", "glue-sandbox up")
    chosen = re.sub("[^a-z0-9]+", "-", (name or folder.name).lower()).strip("-")[:40].strip("-") or "project"

    findings = survey(folder)
    if findings.is_empty:
        return NewProject(_write_example(folder, chosen), tuple(_left_out(findings)))
    text = proposed_file(chosen, findings)
    (folder / FILE).write_text(text, encoding="utf-8")
    unknown = tuple(dict.fromkeys(findings.unknown))
    return NewProject((folder / FILE,), unknown, bool(findings.samples), bool(findings.tests))


def _left_out(findings: Findings) -> Iterator[str]:
    """What is here beside DAGs and jobs: an example says nothing of it."""
    named = {
        "bucket": findings.buckets,
        "table": {name: table.where for name, table in findings.tables.items()},
        "crawler": findings.crawlers,
        "topic": findings.topics,
        "function": findings.functions,
    }
    for what, found in named.items():
        yield from (
            f"the {what} {name} ({where}): the example leaves it out" for name, where in found.items()
        )
    yield from findings.unknown


def _write_example(folder: Path, name: str) -> tuple[Path, ...]:
    files = {FILE: PROJECT.format(name=name), "dags/hello.py": DAG, "jobs/hello.py": JOB}
    written = []
    for relative, text in files.items():
        file = folder / relative
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            written.append(file)
    return tuple(written)
