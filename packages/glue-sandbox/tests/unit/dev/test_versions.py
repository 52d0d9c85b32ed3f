"""The versions that a proof names are those of what is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.dev.versions import versions
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import load_settings


def test_what_is_installed_is_named_and_nothing_else(tmp_path: Path) -> None:
    settings = load_settings().model_copy(update={"home": tmp_path})
    assert list(versions(settings)) == ["python"]

    install(tmp_path, "glue", pyspark="3.5.6", numpy="2.0.0")
    assert versions(settings) == {**versions(settings), "pyspark": "3.5.6"}
    assert "numpy" not in versions(settings)


@pytest.mark.parametrize("version", ["3.2.1", "2.11.2"])
def test_of_several_airflows_the_project_s_is_named(tmp_path: Path, version: str) -> None:
    (tmp_path / "dags").mkdir()
    text = f'name = "pipeline"\n[airflow]\ndag_id = "d"\nversion = "{version}"\n'
    (tmp_path / "sandbox.toml").write_text(text)
    project = load_project(tmp_path / "sandbox.toml")
    settings = load_settings().model_copy(update={"home": tmp_path, "project": project})
    install(tmp_path, "airflow", **{"apache-airflow": "3.2.1"})
    install(tmp_path, "airflow-2.11.2", **{"apache-airflow": "2.11.2"})
    assert versions(settings)["apache-airflow"] == version


def install(home: Path, environment: str, **packages: str) -> None:
    """Leave what pip leaves of packages in an environment."""
    folder = home / "envs" / environment / "lib" / "python3.11" / "site-packages"
    for name, version in packages.items():
        metadata = folder / f"{name}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
