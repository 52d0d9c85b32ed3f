"""The checkout that the tests lie in, and projects made for a test."""

from __future__ import annotations

from pathlib import Path

from glue_sandbox.project import Project, load_project

ROOT = Path(__file__).resolve().parents[3]


def project_at(root: Path) -> Project:
    """This repository's project, as if its files lay in another folder; nothing is asked of the folder."""
    return load_project(ROOT / "sandbox.toml").model_copy(update={"root": root})


def write_project(root: Path, text: str = "") -> Path:
    """A small project file in a folder; returns the file."""
    (root / "dags").mkdir(parents=True, exist_ok=True)
    file = root / "sandbox.toml"
    file.write_text(f'name = "small"\n{text}\n[airflow]\ndag_id = "small"\n')
    return file
