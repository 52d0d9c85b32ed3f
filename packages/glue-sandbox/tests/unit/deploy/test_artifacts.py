"""Packaging: same sources, same bytes; what pip and Python make of the result."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from glue_sandbox.deploy.artifacts import (
    build_artifacts,
    build_wheel,
    build_zip,
    content_hash,
    read_tree,
    wheel_name,
)
from glue_sandbox.settings import ROOT, load_settings

SOURCES = {"music_streams/__init__.py": b"NAME = 'music'\n", "music_streams/sub/part.py": b"TWO = 2\n"}


def test_zip_is_the_same_whatever_the_order_of_its_files() -> None:
    assert build_zip(SOURCES) == build_zip(dict(reversed(SOURCES.items())))


def test_wheel_is_the_same_whatever_the_order_of_its_files() -> None:
    assert build_wheel(SOURCES, "1.0") == build_wheel(dict(reversed(SOURCES.items())), "1.0")


@pytest.mark.parametrize(
    "other",
    [
        {"music_streams/__init__.py": b"NAME = 'noise'\n", "music_streams/sub/part.py": b"TWO = 2\n"},
        {"music_streams/__init__.py": b"NAME = 'music'\n", "music_streams/sub/other.py": b"TWO = 2\n"},
        {"music_streams/__init__.py": b"NAME = 'music'\n"},
    ],
    ids=["content", "name", "number"],
)
def test_hash_changes_with_the(other: dict[str, bytes]) -> None:
    assert content_hash(other) != content_hash(SOURCES)


def test_byte_code_and_hidden_files_stay_out(tmp_path: Path) -> None:
    for name in ("a.py", "__pycache__/a.pyc", ".hidden", "sub/b.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    assert list(read_tree(tmp_path, under="package")) == ["package/a.py", "package/sub/b.py"]


def test_the_wheel_installs_and_python_imports_it(tmp_path: Path) -> None:
    wheel = tmp_path / wheel_name("1.0")
    wheel.write_bytes(build_wheel(SOURCES, "1.0"))
    site = tmp_path / "site"
    _install(wheel, site)
    code = "import music_streams; from music_streams.sub.part import TWO; print(music_streams.NAME, TWO)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "music 2\n"


def test_wheel_lists_every_file_with_its_hash() -> None:
    with zipfile.ZipFile(io.BytesIO(build_wheel(SOURCES, "1.0"))) as wheel:
        record = wheel.read("music_streams-1.0.dist-info/RECORD").decode().splitlines()
        assert [line.split(",")[0] for line in record] == wheel.namelist()
        # From: printf "NAME = 'music'\n" | openssl dgst -sha256 -binary | basenc --base64url
        assert record[0] == "music_streams/__init__.py,sha256=QUNzgeL54KlbztTvAonFc2Vtc2k3bwJWLMiAsftLw4k,15"


def test_artifacts_of_this_checkout_have_content_hashed_keys() -> None:
    artifacts = build_artifacts(ROOT)
    keys = [artifact.key for artifact in artifacts.all()]
    assert len(keys) == len(set(keys))
    for key in keys:
        folder, digest, _name = key.split("/")
        assert folder in ("jobs", "packages", "lambdas")
        assert len(digest) == 16
    assert artifacts.parameters()["PackageWheelKey"].endswith("/music_streams-0.1.0-py3-none-any.whl")
    assert build_artifacts(ROOT) == artifacts


def test_lambda_zip_holds_the_handler_where_the_template_says() -> None:
    with zipfile.ZipFile(io.BytesIO(build_artifacts(ROOT).trigger_code.body)) as code:
        assert "trigger_music_pipeline_dag/handler.py" in code.namelist()


def test_missing_sources_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Expected sources in .*jobs, found no such folder"):
        build_artifacts(tmp_path)


def _install(wheel: Path, site: Path) -> None:
    uv = load_settings().envs / "uv" / "bin" / "uv"
    subprocess.run(
        [uv, "pip", "install", "--python", sys.executable, "--no-index", "--target", site, wheel],
        capture_output=True,
        check=True,
    )
