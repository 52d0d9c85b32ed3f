"""Astro's airflow_settings.yaml: what DAGs get of it, and what is said of one that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox.deploy.project.values import dag_variables
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.settings import Settings

WITH_ALL = """
airflow:
  connections:
    - conn_id: warehouse
      conn_type: postgres
      conn_host: localhost
      conn_schema: music
      conn_login: me
      conn_password: 123
      conn_port: 5432
      conn_extra: {sslmode: disable}
    - conn_id:
      conn_type:
  pools:
    - pool_name:
      pool_slot:
  variables:
    - variable_name: days
      variable_value: 7
    - variable_name: folder
      variable_value: s3://{data_bucket}
    - variable_name:
      variable_value:
"""


def project(tmp_path: Path, settings: str, more: str = "") -> Project:
    file = write_project(tmp_path)
    (tmp_path / "airflow_settings.yaml").write_text(settings)
    with file.open("a") as text:
        text.write(f'settings = "airflow_settings.yaml"\n{more}')
    return load_project(file)


def test_its_variables_and_connections_are_those_of_the_dags(tmp_path: Path) -> None:
    variables = dag_variables(Settings(project=project(tmp_path, WITH_ALL), data_bucket="mine"))
    connection = json.loads(variables.pop("AIRFLOW_CONN_WAREHOUSE"))
    assert variables == {"AIRFLOW_VAR_DAYS": "7", "AIRFLOW_VAR_FOLDER": "s3://mine"}
    assert connection == {
        "conn_type": "postgres",
        "host": "localhost",
        "schema": "music",
        "login": "me",
        "password": 123,
        "port": 5432,
        "extra": {"sslmode": "disable"},
    }


def test_what_the_project_file_says_of_the_same_name_wins(tmp_path: Path) -> None:
    own = project(tmp_path, WITH_ALL, '[airflow.variables]\ndays = "1"\n').airflow
    assert own.variables == {"days": "1", "folder": "s3://{data_bucket}"}


@pytest.mark.parametrize(
    ("settings", "expected", "found"),
    [
        ("airflow:\n  variables: [\n", "{file} to be a YAML file", "line 3, column 1"),
        ("airflow: {variable: []}\n", "airflow.variable in {file} to be usable", "airflow.variable = []"),
        (
            "airflow: {connections: [{conn_id: a, conn_port: high}]}\n",
            "airflow.connections.0.conn_port in {file} to be usable",
            "= 'high'",
        ),
        ("airflow: {pools: [{pool_name: two, pool_slot: 2}]}\n", "no pools in {file}", "two"),
    ],
)
def test_what_is_wrong_is_named_with_file_place_and_what_was_found(
    tmp_path: Path, settings: str, expected: str, found: str
) -> None:
    with pytest.raises(SandboxError) as caught:
        project(tmp_path, settings)
    assert expected.format(file=tmp_path / "airflow_settings.yaml") in caught.value.expected
    assert found in caught.value.found
    assert caught.value.next_command


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    file.write_text(file.read_text() + 'settings = "nowhere.yaml"\n')
    with pytest.raises(SandboxError, match=r"nowhere\.yaml, which airflow\.settings names"):
        load_project(file)
