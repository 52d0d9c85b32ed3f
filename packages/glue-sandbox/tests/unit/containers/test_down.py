"""Taking containers down: whom it asks, what it leaves for later, what it says where there is no Docker."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from glue_sandbox import cli
from glue_sandbox.containers.down import take_down
from glue_sandbox.containers.env_files import prepare, project_name
from glue_sandbox.docker.compose import Compose
from glue_sandbox.errors import SandboxError
from glue_sandbox.images.selection import named
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import MARKER

RECORDER = """#!/bin/sh
echo "$@" >> {calls}
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A sandbox that was in containers once, on a machine whose PATH holds what a test puts there."""
    home = tmp_path / "home"
    home.mkdir()
    (home / MARKER).touch()
    made = Settings(home=home, state=home / "state", mode="containers")
    prepare(made, named(made, "slim", {}).names)
    monkeypatch.setattr("os.environ", {"PATH": str(tmp_path / "bin"), "SANDBOX_HOME": str(home)})
    return made


@pytest.fixture
def calls(settings: Settings, tmp_path: Path) -> Path:
    """What a `docker` that does nothing was asked to do."""
    recorded = tmp_path / "calls"
    recorded.touch()
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(RECORDER.format(calls=recorded))
    program.chmod(0o755)
    return recorded


def command(word: str, mode: str) -> Result:
    return CliRunner().invoke(cli.build_app(None), [word], env={"MODE": mode})


def data_went(calls: Path) -> bool:
    """Whether compose was told to remove the volumes with the rest; those without a name go in any case."""
    return any(" down " in line and "--volumes" in line for line in calls.read_text().splitlines())


class TestWithAnEngine:
    def test_after_a_down_no_engine_is_asked_any_more(self, settings: Settings, calls: Path) -> None:
        take_down(settings, keep_data=False)
        project = project_name(settings)
        assert f"compose --project-name {project} down --remove-orphans" in calls.read_text()
        assert "--volumes" in calls.read_text()
        calls.write_text("")
        take_down(settings, keep_data=False)
        assert calls.read_text() == ""

    @pytest.mark.parametrize(("keep", "modes"), [(True, ("containers",)), (False, ())])
    def test_only_volumes_that_stay_count_as_data(
        self, settings: Settings, calls: Path, keep: bool, modes: tuple[str, ...]
    ) -> None:
        Compose(settings).started_as.touch()
        take_down(settings, keep_data=keep)
        assert data_went(calls) is not keep
        prepare(settings, named(settings, "slim", {}).names)  # of a start that then fails
        assert settings.modes_with_data == modes

    def test_what_is_kept_can_be_taken_down_later(self, settings: Settings, calls: Path) -> None:
        take_down(settings, keep_data=True)
        assert not data_went(calls)
        take_down(settings, keep_data=False)
        assert data_went(calls)

    @pytest.mark.parametrize("mode", ["embedded", "containers"])
    def test_volumes_that_were_kept_stay_when_nothing_runs(self, calls: Path, mode: str) -> None:
        result = command("down", mode)
        assert result.exit_code == 0
        assert " down " in calls.read_text()
        assert not data_went(calls)
        said = " ".join(result.output.split())
        assert ("KEEP=1 make down left are kept; docker compose --project-name" in said) == (
            mode == "containers"
        )


class TestWithoutDocker:
    @pytest.mark.parametrize("mode", ["embedded", "auto"])
    @pytest.mark.parametrize("volumes_are_kept", [False, True])
    def test_processes_are_stopped_and_what_may_be_left_is_said(
        self, settings: Settings, mode: str, volumes_are_kept: bool
    ) -> None:
        if volumes_are_kept:
            Compose(settings).started_as.touch()
        result = command("down", mode)
        assert result.exit_code == 0, result.exception
        assert "nothing was running" in result.output
        assert "expected Docker, to look for containers and volumes" in result.output
        assert f"docker compose --project-name {project_name(settings)} down --volumes" in result.output

    def test_containers_are_not_said_to_be_stopped_however_often_one_asks(self, settings: Settings) -> None:
        settings.remember()
        for _ in range(2):
            result = command("down", "")
            assert isinstance(result.exception, SandboxError)
            assert "no program `docker`" in result.exception.found

    def test_clean_removes_all_that_needs_no_engine(self, settings: Settings) -> None:
        settings.remember()
        result = command("clean", "")
        assert result.exit_code == 0, result.exception
        assert not settings.home.exists()
        assert f"docker compose --project-name {project_name(settings)} down --volumes" in result.output

    def test_whoever_asks_for_containers_is_told_in_three_facts(self, settings: Settings) -> None:
        compose = Compose(settings)
        asked = (
            compose.containers,
            compose.volumes,
            lambda: compose.run("ps"),
            lambda: compose.last_log_lines("glue"),
            lambda: compose.start("up"),
        )
        for ask in asked:
            with pytest.raises(SandboxError) as caught:
                ask()
            assert caught.value.expected == "Docker"
            assert "MODE=embedded make up" in caught.value.next_command
