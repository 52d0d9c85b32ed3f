"""Packaging: same sources, same bytes; what pip and Python make of the result."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox.deploy.artifacts import (
    Package,
    build_artifacts,
    build_zip,
    content_hash,
    read_tree,
)
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.settings import load_settings

SOURCES = {"music_streams/__init__.py": b"NAME = 'music'\n", "music_streams/sub/part.py": b"TWO = 2\n"}


def test_zip_is_the_same_whatever_the_order_of_its_files() -> None:
    assert build_zip(SOURCES) == build_zip(dict(reversed(SOURCES.items())))


def test_wheel_is_the_same_whatever_the_order_of_its_files() -> None:
    assert (
        Package("music_streams", "1.0", SOURCES).wheel()
        == Package("music_streams", "1.0", dict(reversed(SOURCES.items()))).wheel()
    )


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
    wheel = tmp_path / Package("music_streams", "1.0", SOURCES).wheel_name
    wheel.write_bytes(Package("music_streams", "1.0", SOURCES).wheel())
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
    with zipfile.ZipFile(io.BytesIO(Package("music_streams", "1.0", SOURCES).wheel())) as wheel:
        record = wheel.read("music_streams-1.0.dist-info/RECORD").decode().splitlines()
        assert [line.split(",")[0] for line in record] == wheel.namelist()
        # From: printf "NAME = 'music'\n" | openssl dgst -sha256 -binary | basenc --base64url
        assert record[0] == "music_streams/__init__.py,sha256=QUNzgeL54KlbztTvAonFc2Vtc2k3bwJWLMiAsftLw4k,15"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    file = write_project(
        tmp_path,
        '[jobs]\nscripts = "jobs"\npackage = "src/common"\n'
        '[templates]\nfolder = "infra"\norder = ["all"]\nlambdas = "lambdas"',
    )
    for name in ("jobs/a.py", "src/common/__init__.py", "lambdas/start/handler.py", "infra/all.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    return load_project(file)


def test_keys_name_the_content_and_the_project_file_s_words_name_the_keys(project: Project) -> None:
    artifacts = build_artifacts(project)
    assert [re.sub("[0-9a-f]{16}", "HASH", artifact.key) for artifact in artifacts.files] == [
        "jobs/HASH/a.py",
        "packages/HASH/common-0.1.0-py3-none-any.whl",
        "packages/HASH/common.zip",
        "lambdas/HASH/start.zip",
    ]
    keys = [artifact.key for artifact in artifacts.files]
    assert dict(artifacts.names) == {
        "job_a": keys[0],
        "package_wheel": keys[1],
        "package_zip": keys[2],
        "lambda_start": keys[3],
    }
    assert build_artifacts(project) == artifacts


def test_changed_content_changes_its_key_alone(project: Project) -> None:
    before = build_artifacts(project).names
    (project.root / "jobs" / "b.py").write_text("# another\n")
    (project.root / "jobs" / "a.py").write_text("# changed\n")
    after = build_artifacts(project).names
    assert {name for name in after if after[name] != before.get(name)} == {"job_a", "job_b"}
    (project.root / "jobs" / "a.py").write_text("# jobs/a.py\n")
    assert build_artifacts(project).names == {**before, "job_b": after["job_b"]}


def test_missing_sources_are_named(project: Project) -> None:
    shutil.rmtree(project.root / "jobs")
    with pytest.raises(SandboxError, match=r"sources in .*jobs; found no such folder"):
        build_artifacts(project)


def _install(wheel: Path, site: Path) -> None:
    uv = load_settings().envs / "uv" / "bin" / "uv"
    subprocess.run(
        [uv, "pip", "install", "--python", sys.executable, "--no-index", "--target", site, wheel],
        capture_output=True,
        check=True,
    )
