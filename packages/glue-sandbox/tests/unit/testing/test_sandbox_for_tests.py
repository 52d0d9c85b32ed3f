"""A sandbox for tests installs what the project's sandbox needs before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from checkout import project_at

from glue_sandbox import command
from glue_sandbox.settings import Settings
from glue_sandbox.testing import sandbox


@pytest.mark.parametrize(("version", "environment"), [("3.2.1", "airflow"), ("2.11.2", "airflow-2.11.2")])
def test_airflow_is_installed_in_the_version_that_the_project_names(
    version: str, environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_at(tmp_path)
    airflow = project.airflow.model_copy(update={"version": version})
    project = project.model_copy(update={"airflow": airflow})
    settings = Settings(project=project, state=tmp_path / "state", home=tmp_path / "home", mode="embedded")
    done: list[tuple[str, ...]] = []

    def installed(_: Path, names: Sequence[str]) -> None:
        done.append(tuple(names))

    monkeypatch.setattr(command, "set_up", installed)
    monkeypatch.setattr(sandbox, "start", lambda _: done.append(("started",)))
    with sandbox.sandbox_for_tests(settings):
        assert done == [("glue", environment, "ministack"), ("started",)]
