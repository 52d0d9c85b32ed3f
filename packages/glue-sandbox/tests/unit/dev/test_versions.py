"""The versions that a proof names are those of what is installed."""

from __future__ import annotations

from pathlib import Path

from glue_sandbox.dev.versions import versions
from glue_sandbox.settings import load_settings


def test_what_is_installed_is_named_and_nothing_else(tmp_path: Path) -> None:
    settings = load_settings().model_copy(update={"home": tmp_path})
    assert list(versions(settings)) == ["python"]

    packages = tmp_path / "envs" / "glue" / "lib" / "python3.11" / "site-packages"
    for name, version in (("pyspark", "3.5.6"), ("numpy", "2.0.0")):
        metadata = packages / f"{name}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    assert versions(settings) == {**versions(settings), "pyspark": "3.5.6"}
    assert "numpy" not in versions(settings)
