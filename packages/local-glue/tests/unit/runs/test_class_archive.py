"""The class archive of driver JVMs: found by what it was made for, and never used when it can do harm."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from local_glue.runs.files import RunFolder
from local_glue.runs.spark import jvm
from local_glue.runs.spark.installation import Installation
from local_glue.runs.spark.jvm import draft_path, find_archive, java_options, keep_archive, lacks_archive
from local_glue.settings import Settings, read_settings


def settings_of(tmp_path: Path, jars: str = "jars") -> Settings:
    """A service with a Spark and jars of its own, that shares its cache with others."""
    (tmp_path / jars).mkdir(exist_ok=True)
    return read_settings(
        {
            "GLUE_STATE_DIR": str(tmp_path / "state"),
            "GLUE_CACHE_DIR": str(tmp_path / "cache"),
            "GLUE_JOB_PYTHON": "/usr/bin/python3",
            "GLUE_SPARK_HOME": str(tmp_path / "spark"),
            "GLUE_SPARK_JARS": str(tmp_path / jars),
        }
    )


def archived(settings: Settings, content: bytes = b"classes") -> Path:
    """Keep an archive as a JVM leaves it."""
    draft_path(settings).write_bytes(content)
    keep_archive(settings, draft_path(settings))
    archive = find_archive(settings)
    assert archive
    return archive


def options_of(settings: Settings, tmp_path: Path) -> list[str]:
    installation = Installation(tmp_path / "spark", settings.spark_jars)
    return shlex.split(java_options(settings, installation, RunFolder(tmp_path / "run")))


def test_a_jvm_is_told_the_archive_that_was_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert lacks_archive(settings)
    assert not [option for option in options_of(settings, tmp_path) if "SharedArchiveFile" in option]

    archive = archived(settings)

    assert not lacks_archive(settings)
    assert f"-XX:SharedArchiveFile={archive}" in options_of(settings, tmp_path)
    assert archive.stat().st_mode & 0o777 == 0o600
    assert archive.read_bytes() == b"classes"
    assert not draft_path(settings).exists()


@pytest.mark.parametrize("left", [0, 3, 6])
def test_one_that_ends_too_soon_is_none_until_another_is_kept(tmp_path: Path, left: int) -> None:
    settings = settings_of(tmp_path)
    archive = archived(settings)
    os.truncate(archive, left)

    assert find_archive(settings) is None
    assert lacks_archive(settings)
    assert not [option for option in options_of(settings, tmp_path) if "SharedArchiveFile" in option]

    assert archived(settings, b"other classes") != archive
    assert not archive.exists()


def test_an_archive_of_former_jars_goes_when_the_new_one_is_kept(tmp_path: Path) -> None:
    other, mine = settings_of(tmp_path, "jars of another service"), settings_of(tmp_path, "my jars")
    others, former = archived(other), archived(mine)
    (tmp_path / "my jars" / "new.jar").touch()
    assert find_archive(mine) is None

    draft_path(mine).write_bytes(b"classes of today")

    assert keep_archive(mine, draft_path(mine)) == [former]
    current = find_archive(mine)
    assert current
    assert current != former
    assert sorted((tmp_path / "cache").glob("*.jsa")) == sorted([current, others])
    assert find_archive(other) == others


def test_a_file_that_is_no_archive_is_passed_over_in_silence(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    archived(settings, os.urandom(200_000))
    java = str(Path(os.environ["JAVA_HOME"], "bin", "java")) if "JAVA_HOME" in os.environ else "java"

    plain, done = (
        subprocess.run([java, *options, "-version"], capture_output=True, text=True, timeout=120, check=True)
        for options in ([], options_of(settings, tmp_path))
    )

    assert "-XX:SharedArchiveFile=" in " ".join(done.args)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == len(plain.stderr.splitlines())


def test_an_archive_of_another_warm_up_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(tmp_path)
    archived(settings)
    other = tmp_path / "warm_up.py"
    other.write_text("loads other classes")
    monkeypatch.setattr(jvm, "_WARM_UP", [other])

    assert lacks_archive(settings)
    archived(settings)
    assert len(list((tmp_path / "cache").glob("*.jsa"))) == 1  # the outdated one is gone
