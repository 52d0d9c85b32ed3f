"""Containers where an engine with compose answers, else embedded; MODE, what runs and data come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.machine import mode
from glue_sandbox.machine.mode import EngineProbe, choose_mode, look_for_engine, modes_with_data


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


@pytest.mark.parametrize(
    ("kept", "with_engine", "without"),
    [
        ((), "containers", "embedded"),
        (("embedded",), "embedded", "embedded"),
        (("containers",), "containers", "containers"),
        (("embedded", "containers"), "containers", "embedded"),
    ],
)
def test_auto_goes_on_in_the_mode_that_there_is_data_of(
    kept: tuple[str, ...], with_engine: str, without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", fake_docker(tmp_path / "bin", ANSWERS))
    assert choose_mode("auto", kept) == with_engine
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_mode("auto", kept) == without
    assert choose_mode("embedded", ("containers",)) == "embedded"


@pytest.mark.parametrize(
    ("files", "modes"),
    [
        ((), ()),
        (("glue/glue.sqlite3",), ("embedded",)),
        (("ministack/s3.json", "airflow/secrets.json"), ("embedded",)),
        (("compose/compose.env", "compose/started.sha256"), ("containers",)),
        (("compose/compose.env",), ()),  # a start that got no images
        (("compose/started.sha256",), ()),  # volumes that are removed
        (("glue/lock", "compose/compose.env", "compose/started.sha256"), ("embedded", "containers")),
    ],
)
def test_a_state_folder_tells_the_modes_that_it_has_data_of(
    files: tuple[str, ...], modes: tuple[str, ...], tmp_path: Path
) -> None:
    for folder in ("glue", "tmp", "logs"):  # made before anything is kept there
        (tmp_path / folder).mkdir()
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert modes_with_data(tmp_path) == modes
