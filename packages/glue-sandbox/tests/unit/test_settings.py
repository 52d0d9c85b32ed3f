"""Settings: the environment wins over compose/local.env, and a bad value is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkout import ROOT, write_project

from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.mode import EngineProbe, read_env_file
from glue_sandbox.processes.services import glue, ministack
from glue_sandbox.project.file import load_project
from glue_sandbox.project.tables import BUCKET_NAME
from glue_sandbox.resources import DEFAULTS_FILE
from glue_sandbox.settings import Settings, load_settings


def test_without_an_environment_the_defaults_file_rules(tmp_path: Path) -> None:
    settings = load_settings({"SANDBOX_HOME": str(tmp_path)})
    assert (settings.sandbox_port, settings.emulator_port, settings.airflow_port) == (4566, 4567, 8080)
    assert settings.schedule == "*/5 * * * *"
    assert settings.state == tmp_path / "state"


def test_the_defaults_file_says_the_same_as_the_defaults_in_code(tmp_path: Path) -> None:
    assert load_settings({"SANDBOX_STATE": str(tmp_path), "MODE": "embedded"}) == Settings(state=tmp_path)


def test_the_environment_wins_over_the_defaults_file(tmp_path: Path) -> None:
    defaults = tmp_path / "local.env"
    defaults.write_text("# a comment\n\nAIRFLOW_PORT=9000\nSCHEDULE=@daily\n")
    settings = load_settings({"AIRFLOW_PORT": "9001", "SANDBOX_STATE": str(tmp_path)}, defaults)
    assert (settings.airflow_port, settings.schedule) == (9001, "@daily")


def test_a_running_sandbox_is_found_from_a_shell_that_does_not_name_its_ports(tmp_path: Path) -> None:
    started = load_settings({"AIRFLOW_PORT": "9001", "SCHEDULE": "none", "SANDBOX_STATE": str(tmp_path)})
    started.remember()
    assert load_settings({"SANDBOX_STATE": str(tmp_path)}) == started
    assert load_settings({"SANDBOX_STATE": str(tmp_path), "AIRFLOW_PORT": "9002"}).airflow_port == 9002


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    environ = {"AIRFLOW_PORT": "", "MODE": " ", "SANDBOX_STATE": str(tmp_path)}
    assert load_settings(environ).airflow_port == 8080


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALLOWED_ORIGINS", "tool.example"),
        ("ALLOWED_ORIGINS", "https://tool.example/"),
        ("ALLOWED_ORIGINS", "*"),
    ],
)
def test_an_origin_has_a_scheme_and_no_path(variable: str, value: str) -> None:
    with pytest.raises(SandboxError) as caught:
        load_settings({variable: value, "MODE": "embedded"})
    assert caught.value.found == f"{variable}={value}"


@pytest.mark.parametrize(
    ("variable", "value", "wanted"),
    [
        ("AIRFLOW_PORT", "http", "a whole number from 1 to 65535"),
        ("SANDBOX_PORT", "70000", "a whole number from 1 to 65535"),
        ("GLUE_CORES", "0", "a whole number of 1 or more"),
        ("GLUE_WARM_DRIVERS", "1.5", "a whole number of 0 or more"),
        ("MODE", "cloud", "one of auto, embedded, containers"),
        ("EMULATOR", "moto", "one of localstack, ministack"),
        ("CLUSTER", "maybe", "1 or 0"),
        ("ACCOUNT_ID", "12", "12 digits"),
        ("GLUE_DRIVER_MEMORY", "1 GB", "megabytes or gigabytes: 700m, 2g"),
        ("ALLOWED_HOSTS", "a/b", "my-machine, or several with commas between them"),
        ("DATA_BUCKET", "Has_Capitals", BUCKET_NAME),
    ],
)
def test_a_bad_value_is_named_with_its_variable_and_what_it_takes(
    variable: str, value: str, wanted: str
) -> None:
    with pytest.raises(SandboxError) as caught:
        load_settings({"MODE": "embedded", variable: value})
    assert caught.value.expected == f"{variable} as {wanted}"
    assert caught.value.found == f"{variable}={value}"
    assert variable in caught.value.next_command


@pytest.mark.parametrize("given", ["null", "https://a.example", "http://a:80, https://b , null"])
def test_origins_are_given_as_browsers_write_them(tmp_path: Path, given: str) -> None:
    environ = {"ALLOWED_ORIGINS": given, "SANDBOX_STATE": str(tmp_path), "MODE": "embedded"}
    assert load_settings(environ).allowed_origins == given
    assert ministack(load_settings(environ)).env["GLUE_ALLOWED_ORIGINS"] == given


def test_two_services_cannot_share_a_port(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        load_settings({"AIRFLOW_PORT": "4566", "MODE": "embedded", "SANDBOX_STATE": str(tmp_path)})
    names = "SANDBOX_PORT, EMULATOR_PORT, AIRFLOW_PORT and HISTORY_PORT"
    assert caught.value.found == f"{names} must differ, they are [4566, 4567, 4566, 18080]"


def test_a_second_sandbox_shares_environments_and_keeps_its_own_state_and_logs() -> None:
    settings = load_settings({"SANDBOX_STATE": "/tmp/second"})  # noqa: S108
    assert settings.envs == ROOT / ".sandbox" / "envs"
    assert settings.logs == Path("/tmp/second/logs")  # noqa: S108


def test_a_relative_home_lies_in_the_project() -> None:
    settings = load_settings({"SANDBOX_HOME": "other"})
    assert settings.jars == ROOT / "other" / "jars"
    assert settings.state == ROOT / "other" / "state"


def test_the_keys_cannot_be_set_to_real_ones() -> None:
    settings = load_settings({"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real"})
    assert (settings.access_key, settings.secret_key) == ("test", "test")


def test_every_line_of_the_defaults_file_is_a_known_variable() -> None:
    from glue_sandbox.setting_variables import VARIABLES

    of_the_project = {"AWS_REGION", "DATA_BUCKET", "ARTIFACT_BUCKET"}
    assert set(read_env_file(DEFAULTS_FILE)) == set(VARIABLES) - of_the_project


def test_a_cluster_of_ones_own_needs_its_secret_which_a_later_shell_need_not_name(tmp_path: Path) -> None:
    environ = {"SANDBOX_STATE": str(tmp_path), "MODE": "embedded", "GLUE_SPARK_MASTER": "spark://a:7077"}
    with pytest.raises(SandboxError) as refused:
        load_settings(environ)
    assert refused.value.found == "GLUE_SPARK_MASTER=spark://a:7077 without GLUE_SPARK_SECRET"
    assert "export GLUE_SPARK_SECRET=" in refused.value.next_command

    settings = load_settings({**environ, "GLUE_SPARK_SECRET": "of-this-cluster"})
    assert "of-this-cluster" not in repr(settings)
    assert glue(settings).env["GLUE_SPARK_SECRET"] == "of-this-cluster"
    settings.remember()
    assert settings.started_with.stat().st_mode & 0o077 == 0
    assert load_settings({"SANDBOX_STATE": str(tmp_path)}) == settings


class TestWhoDecidesTheMode:
    @pytest.fixture
    def defaults(self, tmp_path: Path) -> Path:
        file = tmp_path / "local.env"
        file.write_text("MODE=embedded\n")
        return file

    def test_the_shell_before_all(self, tmp_path: Path, defaults: Path) -> None:
        running(tmp_path, "embedded")
        environ = {"SANDBOX_STATE": str(tmp_path), "MODE": "containers"}
        assert load_settings(environ, defaults).mode == "containers"

    def test_then_the_sandbox_that_runs(self, tmp_path: Path, defaults: Path) -> None:
        running(tmp_path, "containers")
        environ = {"SANDBOX_STATE": str(tmp_path), "MODE": ""}
        assert load_settings(environ, defaults, default_mode="embedded").mode == "containers"

    def test_then_the_command_s_own_default(self, tmp_path: Path, defaults: Path) -> None:
        environ = {"SANDBOX_STATE": str(tmp_path)}
        assert load_settings(environ, defaults, default_mode="containers").mode == "containers"

    def test_then_data_that_is_here_where_the_file_leaves_it_open(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("glue_sandbox.machine.mode.look_for_engine", lambda: EngineProbe("27.0", "2.29"))
        environ = {"SANDBOX_STATE": str(tmp_path)}
        assert load_settings(environ).mode == "containers"
        (tmp_path / "glue").mkdir()
        (tmp_path / "glue" / "glue.sqlite3").touch()
        assert load_settings(environ).mode == "embedded"

    def test_then_the_file(self, tmp_path: Path, defaults: Path) -> None:
        assert load_settings({"SANDBOX_STATE": str(tmp_path)}, defaults).mode == "embedded"


def running(state: Path, its_mode: str) -> None:
    (state / "started.env").write_text(f"MODE={its_mode}\n")


def test_names_come_from_the_project_and_a_variable_replaces_them(tmp_path: Path) -> None:
    project = load_project(write_project(tmp_path))
    environ = {"MODE": "embedded", "DATA_BUCKET": "mine"}
    settings = load_settings(environ, project=project)
    assert (settings.data_bucket, settings.artifact_bucket) == ("mine", "small-artifacts")
    assert settings.home == tmp_path / ".sandbox"
    assert settings.dag_id == "small"


def test_localstack_has_its_own_account(tmp_path: Path) -> None:
    chosen = {"SANDBOX_STATE": str(tmp_path), "ACCOUNT_ID": "111122223333", "MODE": "containers"}
    with pytest.raises(SandboxError, match="next: EMULATOR=ministack ACCOUNT_ID=111122223333 make up"):
        load_settings({**chosen, "EMULATOR": "localstack"})
    assert load_settings({**chosen, "EMULATOR": "ministack"}).account_id == "111122223333"
    assert load_settings({**chosen, "MODE": "embedded"}).account_id == "111122223333"


@pytest.mark.parametrize("dags", [".", "dags"])
def test_airflow_looks_for_no_dags_in_what_the_sandbox_makes(dags: str, tmp_path: Path) -> None:
    file = write_project(tmp_path)
    file.write_text(f'{file.read_text()}dags = "{dags}"\n')
    settings = Settings(project=load_project(file))
    settings.make_state()
    found = {path.parent: path.read_text() for path in tmp_path.rglob(".airflowignore")}
    inside = [settings.home, settings.state] if dags == "." else []
    assert found == dict.fromkeys(inside, "[^!]*\n")
