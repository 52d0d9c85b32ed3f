"""A DAG file of Airflow 2 that Airflow 3 cannot read: which lines change, and to what."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow_support.fake_airflow import running_airflow

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.airflow.dag_runs import Dag
from glue_sandbox.airflow.releases.changes_for_airflow_3 import changes_for_airflow_3
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings

OLD = """\
from airflow import DAG
from airflow.operators.dummy_operator import DummyOperator
from airflow.operators.python_operator import PythonOperator
from airflow.utils.dates import days_ago

with DAG(
    "my_dag",
    schedule_interval="@daily",
    start_date=days_ago(1),
    concurrency=2,
    orientation="LR",
) as dag:
    start = DummyOperator(task_id="start")
    load = PythonOperator(task_id="load", python_callable=print, provide_context=True)
"""
CHANGES = [
    "line 2: from airflow.operators.dummy_operator import DummyOperator"
    " → from airflow.providers.standard.operators.empty import EmptyOperator",
    "line 3: from airflow.operators.python_operator import PythonOperator"
    " → from airflow.providers.standard.operators.python import PythonOperator",
    "line 4: from airflow.utils.dates import days_ago"
    ' → a fixed date: pendulum.datetime(2024, 1, 1, tz="UTC")',
    "line 8: schedule_interval= → schedule=",
    "line 10: concurrency= → max_active_tasks=",
    "line 11: orientation= → leave it out",
    "line 14: provide_context= → leave it out",
]


def test_each_line_is_named_with_what_it_must_be() -> None:
    assert [str(change) for change in changes_for_airflow_3(OLD)] == CHANGES


@pytest.mark.parametrize(
    ("line", "replacement"),
    [
        ("from airflow.contrib.hooks.aws_hook import AwsHook", "the module of the provider"),
        ("from airflow.operators.subdag import SubDagOperator", "a TaskGroup"),
        ("from airflow.datasets import Dataset", "from airflow.sdk import Asset"),
        ("from airflow.utils.helpers import chain", "from airflow.sdk import chain"),
        ("@dag(timetable=x)\ndef d(): pass", "schedule="),
        ("S3KeySensor(task_concurrency=1)", "max_active_tis_per_dag="),
    ],
)
def test_what_else_is_gone(line: str, replacement: str) -> None:
    (change,) = changes_for_airflow_3(line)
    assert change.replacement.startswith(replacement)


@pytest.mark.parametrize(
    "source",
    [
        "from airflow.sdk import dag\n@dag(schedule=None)\ndef d(): pass",
        "from airflow.operators.python import PythonOperator",  # with a warning, it works
        "client.create(schedule_interval=1, provide_context=2)",
        "from . import schedule_interval",
        "def broken(:",
    ],
)
def test_what_airflow_3_takes_is_left_alone(source: str) -> None:
    assert changes_for_airflow_3(source) == []


@pytest.mark.parametrize(("version", "changes"), [("3.2.1", CHANGES), ("2.11.2", [])])
def test_who_starts_it_is_told_beside_the_traceback(tmp_path: Path, version: str, changes: list[str]) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "old.py").write_text(OLD, encoding="utf-8")
    file = tmp_path / "sandbox.toml"
    file.write_text(
        f'name = "older"\n[airflow]\ndag_id = "my_dag"\nversion = "{version}"\n', encoding="utf-8"
    )
    error = {"filename": "old.py", "stack_trace": "ModuleNotFoundError: no such module"}
    with running_airflow() as fake, AirflowApi(fake.url, "admin", "pw") as api:
        fake.answers["GET", "/api/v2/dags?limit=100"] = 200, {"dags": []}
        fake.answers["GET", "/api/v2/importErrors?limit=100"] = 200, {"import_errors": [error]}
        with pytest.raises(SandboxError) as caught:
            Dag(Settings(project=load_project(file)), api).wait_until_read(0)
    traceback, *told = caught.value.details.splitlines()
    assert traceback == "ModuleNotFoundError: no such module"
    assert [line.strip() for line in told[1:-1]] == changes
    assert bool(told) == bool(changes)
    if changes:
        assert told[0] == "old.py is written for Airflow 2. For Airflow 3.2.1:"
        assert told[-1].endswith('version = "2.11.2" below [airflow] in sandbox.toml')
