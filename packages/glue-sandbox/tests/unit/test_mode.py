"""Containers where an engine with compose answers, embedded elsewhere; MODE and what runs come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox import mode
from glue_sandbox.mode import Engine, choose_mode, look_for_engine, mode_of


def fake_docker(folder: Path, script: str) -> str:
    """A PATH on which `docker` is that shell script."""
    folder.mkdir(exist_ok=True)
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


ANSWERS = 'case "$1" in version) echo 27.0;; compose) echo 2.29;; esac'


@pytest.mark.parametrize(
    ("script", "engine"),
    [
        (ANSWERS, Engine("27.0", "2.29")),
        (
            '[ "$1" = version ] && echo 27.0 && exit; echo no compose >&2; exit 1',
            Engine("27.0", "", "no compose"),
        ),
        ("echo Cannot connect >&2; exit 1", Engine("", "", "Cannot connect")),
    ],
)
def test_the_engine_is_asked(
    script: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_docker(tmp_path, script))
    assert look_for_engine() == engine
    assert choose_mode("auto") == ("containers" if engine.is_usable else "embedded")


def test_an_engine_that_hangs_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mode, "ANSWER_SECONDS", 0.1)
    monkeypatch.setenv("PATH", fake_docker(tmp_path, "exec sleep 5"))
    assert not look_for_engine().is_usable
    assert "no answer to `docker version" in look_for_engine().problem


def test_without_docker_there_is_no_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_mode("auto") == "embedded"
    assert choose_mode("containers") == "containers"


class TestWhoDecides:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "compose").mkdir()
        (tmp_path / "compose" / "local.env").write_text("MODE=embedded\n")
        return tmp_path

    def test_the_shell_before_all(self, root: Path) -> None:
        running(root, "embedded")
        assert mode_of(root, root, {"MODE": "containers"}) == "containers"

    def test_then_the_sandbox_that_runs(self, root: Path) -> None:
        running(root, "containers")
        assert mode_of(root, root, {"MODE": ""}, default="embedded") == "containers"

    def test_also_one_with_a_state_of_its_own(self, root: Path) -> None:
        running(root, "containers", "other")
        assert mode_of(root, root, {"SANDBOX_STATE": "other"}) == "containers"

    def test_then_the_commands_own_default(self, root: Path) -> None:
        assert mode_of(root, root, {}, default="containers") == "containers"

    def test_then_the_file(self, root: Path) -> None:
        assert mode_of(root, root, {}) == "embedded"


def running(root: Path, its_mode: str, state: str = "state") -> None:
    (root / state).mkdir()
    (root / state / "started.env").write_text(f"MODE={its_mode}\n")
