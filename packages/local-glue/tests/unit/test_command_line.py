"""`local-glue`: what its commands say, and what they start the server with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local_glue import serve
from local_glue.cli import main
from local_glue.settings import Settings


@pytest.fixture(autouse=True)
def environ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of a user who has an AWS account, and set up nothing."""
    keys = {"AWS_PROFILE": "mine", "AWS_ACCESS_KEY_ID": "real", "AWS_SECRET_ACCESS_KEY": "real"}
    monkeypatch.setattr("os.environ", {"PATH": "", "HOME": str(tmp_path), **keys})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder in which Spark is set up, as far as anybody looks."""
    (tmp_path / "home/envs/glue/lib/python3.11/site-packages/pyspark").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """What servers were started with; none is."""
    settings: list[Settings] = []
    monkeypatch.setattr(serve, "serve", settings.append)
    return settings


@pytest.mark.parametrize("command", ["serve", "setup", "coverage"])
def test_the_help_of_a_command_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert f"examples:\n  local-glue {command}" in capsys.readouterr().out


def test_options_of_serve_are_settings_above_the_environment(home: Path, started: list[Settings]) -> None:
    os.environ.update(GLUE_PORT="1", GLUE_CORES="3")
    given = ["--port", "4999", "--aws-endpoint", "http://localhost:5000", "--state", "kept", "--host", "::1"]
    assert main(["serve", "--home", str(home), *given]) == 0

    (settings,) = started
    assert (settings.port, settings.host, settings.cores) == (4999, "::1", 3)
    assert settings.emulator_url == "http://localhost:5000"
    assert settings.state_dir == Path("kept").absolute()
    assert settings.job_python == home / "envs/glue/bin/python"
    assert settings.spark_jars == home / "jars"


def test_without_options_the_state_lies_beside_what_is_set_up(home: Path, started: list[Settings]) -> None:
    assert main(["serve", "--home", str(home)]) == 0
    assert (started[0].state_dir, started[0].port) == (home / "state", 4566)


def test_a_python_and_spark_of_the_user_s_own_need_no_set_up(started: list[Settings]) -> None:
    os.environ.update(GLUE_JOB_PYTHON="/usr/bin/python3", GLUE_SPARK_HOME="/usr/lib/spark")
    assert main(["serve"]) == 0
    assert started[0].spark_home == Path("/usr/lib/spark")


def test_the_user_s_own_account_is_not_used(home: Path, started: list[Settings]) -> None:
    assert main(["serve", "--home", str(home)]) == 0
    assert (started[0].access_key_id, started[0].secret_access_key) == ("test", "test")
    assert {name for name in os.environ if name.startswith("AWS_")} == {
        *("AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
    }


def test_keys_that_are_the_emulator_s_own_are_used(home: Path, started: list[Settings]) -> None:
    os.environ["GLUE_KEYS"] = "own"
    assert main(["serve", "--home", str(home)]) == 0
    assert (started[0].access_key_id, started[0].secret_access_key) == ("real", "real")


def test_serve_without_a_set_up_says_which_command_is_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve"]) == 1
    home = tmp_path / ".local/share/local-glue"
    assert capsys.readouterr().err == (
        f"error: expected Spark and the jobs' Python in {home}, found none\nnext: local-glue setup\n"
    )


def test_an_option_that_cannot_work_is_named_with_what_was_found(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--home", str(home), "--port", "http"]) == 2
    assert capsys.readouterr().err == (
        "error: GLUE_PORT (--port) must be a whole number from 1 to 65535, found 'http': set it to 4566\n"
    )


def test_ctrl_c_ends_a_command_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("local_glue.cli.install", interrupted)
    assert main(["setup"]) == 130
    assert capsys.readouterr().err == "\ninterrupted\n"
