"""The environment of the embedded Airflow: complete, private, and nothing of the caller's in it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox.airflow.environment import LOCAL_SETTINGS, airflow_environment, load_secrets
from glue_sandbox.project.file import load_project
from glue_sandbox.project.script_paths import read_script_paths
from glue_sandbox.settings import Settings


def environment(state: Path) -> dict[str, str]:
    file = write_project(state / "project", '[jobs]\npackage = "src/common"')
    (file.parent / "src" / "common").mkdir(parents=True, exist_ok=True)
    with file.open("a") as text:
        text.write('environment = { A_BUCKET = "{data_bucket}", ALERTS = "arn:{region}:{account_id}" }\n')
    return airflow_environment(
        Settings(
            project=load_project(file),
            state=state,
            airflow_port=18081,
            sandbox_port=14566,
            region="eu-west-1",
        )
    )


def test_the_project_s_plugins_stand_beside_ours_and_its_folders_can_be_imported(tmp_path: Path) -> None:
    assert Path(environment(tmp_path)["AIRFLOW__CORE__PLUGINS_FOLDER"]) == LOCAL_SETTINGS / "plugins"

    file = write_project(tmp_path)
    for folder in ("plugins", "include"):
        (tmp_path / folder).mkdir()
    file.write_text(file.read_text() + 'plugins = "plugins"\npython_path = ["include"]\n')
    for _ in range(2):  # also at a second start
        built = airflow_environment(Settings(project=load_project(file), state=tmp_path / "state"))
    both = Path(built["AIRFLOW__CORE__PLUGINS_FOLDER"])
    assert {link.name: link.readlink() for link in both.iterdir()} == {
        "sandbox": LOCAL_SETTINGS / "plugins",
        "project": tmp_path / "plugins",
    }
    python_path = built["PYTHONPATH"].split(":")
    assert python_path.index(f"{tmp_path}/include") < python_path.index(f"{tmp_path}/plugins")


def test_each_airflow_has_a_database_of_its_own_as_neither_reads_the_other_s(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    file.write_text(file.read_text() + 'version = "2.11.2"\n')
    older = airflow_environment(Settings(project=load_project(file), state=tmp_path / "state"))
    name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    assert older[name] == f"sqlite:///{tmp_path}/state/airflow/airflow-2.11.2.db?timeout=10"
    assert environment(tmp_path / "newer")[name].endswith("/airflow/airflow.db?timeout=10")


def test_nothing_of_the_caller_leaks_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "callers")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "callers")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "callers")
    built = environment(tmp_path)
    assert "callers" not in built.values()
    assert built["HOME"] == str(tmp_path / "airflow"), "a ~/.aws of the caller would be read"


def test_listens_on_this_machine_only(tmp_path: Path) -> None:
    built = environment(tmp_path)
    assert built["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert built["AIRFLOW__API__PORT"] == "18081"
    assert built["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18081/execution/"


def test_is_told_which_files_the_user_edits(tmp_path: Path) -> None:
    line = 'File "/state/glue/runs/jr_1/modules/common-1.whl/common/rows.py", line 3'
    assert read_script_paths(environment(tmp_path)).in_project(line) == 'File "src/common/rows.py", line 3'


def test_dag_gets_its_settings_package_and_endpoint(tmp_path: Path) -> None:
    built = environment(tmp_path)
    assert built["A_BUCKET"] == "small"
    assert built["ALERTS"] == "arn:eu-west-1:000000000000"
    assert str(tmp_path / "project" / "src") in built["PYTHONPATH"].split(":")
    assert built["AWS_ENDPOINT_URL"] == "http://127.0.0.1:14566"
    assert built["AWS_DEFAULT_REGION"] == "eu-west-1"


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    state = tmp_path / "new"
    assert environment(state) == environment(state)
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((state / "airflow" / name).stat().st_mode) == 0o600
    assert (
        environment(state)["AIRFLOW__API_AUTH__JWT_SECRET"]
        != environment(tmp_path)["AIRFLOW__API_AUTH__JWT_SECRET"]
    )


def test_login_file_holds_the_password(tmp_path: Path) -> None:
    made_up = load_secrets(tmp_path).admin_password
    assert json.loads((tmp_path / "passwords.json").read_text()) == {"admin": made_up}


def test_wanted_password_replaces_the_kept_one_and_stays(tmp_path: Path) -> None:
    before = load_secrets(tmp_path)
    assert load_secrets(tmp_path, "my own").admin_password == "my own"
    after = load_secrets(tmp_path)
    assert (after.admin_password, after.fernet_key) == ("my own", before.fernet_key)


def test_secrets_never_show_in_text(tmp_path: Path) -> None:
    kept = load_secrets(tmp_path)
    for text in (repr(kept), str(kept), f"{kept}"):
        assert kept.admin_password not in text
        assert kept.jwt_secret not in text
