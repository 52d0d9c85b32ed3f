"""Containers where an engine with compose answers, embedded elsewhere; MODE and what runs come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.machine import mode
from glue_sandbox.machine.mode import EngineProbe, choose_mode, look_for_engine


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
        (ANSWERS, EngineProbe("27.0", "2.29")),
        (
            '[ "$1" = version ] && echo 27.0 && exit; echo no compose >&2; exit 1',
            EngineProbe("27.0", "", "no compose"),
        ),
        ("echo Cannot connect >&2; exit 1", EngineProbe("", "", "Cannot connect")),
    ],
)
def test_the_engine_is_asked(
    script: str, engine: EngineProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
