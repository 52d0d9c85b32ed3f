"""Jars that Glue has built in: which, fetched once, checked, and what is said when they can't be had."""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from local_glue.api.errors import InvalidInputException
from local_glue.runs.context import JobRun, RunContext
from local_glue.runs.files import LaunchError, RunFolder
from local_glue.runs.spark import built_in_jars as jars
from local_glue.runs.spark import jdbc_drivers
from local_glue.runs.spark.built_in_jars import Jar, Waiting, built_in_jars, locked
from local_glue.runs.spark.datalake_formats import format_jars, formats_of, python_path
from local_glue.runs.spark.installation import Installation
from local_glue.runs.spark.plan import needs_own_jvm
from local_glue.runs.spark.properties import run_properties
from local_glue.settings import Settings, read_settings

CONTENT = b"a jar"
TINY = Jar("org.tiny", "tiny", "1.0", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
# Stands in for Java with Ivy: notes what it was started with, and brings the file `brings`.
JAVA = """#!/bin/sh
here=$(dirname "$0")
echo started >>"$here/starts"
printf '%s\\n' "$@" >"$here/arguments"
if [ -f "$here/waits" ]; then sleep 60; fi
if [ -f "$here/fails" ]; then cat "$here/fails"; exit 1; fi
for last; do :; done
mkdir -p "$(dirname "$last")"
cp "$here/brings" "$(dirname "$last")/tiny-1.0.jar"
"""


@pytest.fixture
def java(tmp_path: Path) -> Path:
    folder = tmp_path / "java" / "bin"
    folder.mkdir(parents=True)
    (folder / "java").write_text(JAVA)
    (folder / "java").chmod(0o755)
    (folder / "brings").write_bytes(CONTENT)
    return folder


@pytest.fixture
def settings(tmp_path: Path, java: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "spark" / "jars").mkdir(parents=True)
    (tmp_path / "spark" / "jars" / "ivy-2.5.1.jar").touch()
    every = ("delta", "hudi", "iceberg", *jdbc_drivers.VENDORS)
    monkeypatch.setattr(jars, "locked", lambda: dict.fromkeys(every, (TINY,)))
    return read_settings(
        {
            "GLUE_STATE_DIR": str(tmp_path / "state"),
            "GLUE_JOB_PYTHON": "/usr/bin/python3",
            "GLUE_SPARK_HOME": str(tmp_path / "spark"),
            "GLUE_JAVA_HOME": str(java.parent),
        }
    )


def patient(said: list[str]) -> Waiting:
    return Waiting(said.append, lambda: None)


def left_in(settings: Settings) -> list[str]:
    return sorted(found.name for found in (settings.cache_dir / "glue-jars").iterdir())


def test_the_lock_has_the_versions_of_glue_5_1_each_with_its_checksum() -> None:
    versions = {what: {jar.version for jar in found} for what, found in locked().items()}
    assert versions == {
        "delta": {"3.3.3"},
        "hudi": {"1.0.2"},
        "iceberg": {"1.10.0"},
        "mysql": {"8.0.33"},
        "oracle": {"23.3.0.23.09"},
        "postgresql": {"42.7.3"},
        "redshift": {"2.1.0.29"},
        "sqlserver": {"10.2.0.jre17"},
    }
    every = [jar for found in locked().values() for jar in found]
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) for jar in every)
    assert len({jar.sha256 for jar in every}) == len(every) == 10


def test_jars_are_fetched_once_checked_and_nothing_else_is_left(
    settings: Settings, java: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVY_SETTINGS", "/mirror.xml")
    said: list[str] = []
    (jar,) = built_in_jars("postgresql", settings, patient(said))
    assert jar.read_bytes() == CONTENT
    assert said == [
        "local Glue: what Glue has built in is fetched once for this sandbox: tiny-1.0.jar (1 MB)"
    ]
    arguments = (java / "arguments").read_text().splitlines()
    assert arguments[arguments.index("-settings") + 1] == "/mirror.xml"

    assert built_in_jars("postgresql", settings, patient(said)) == [jar]
    assert (java / "starts").read_text() == "started\n"
    assert len(said) == 1
    assert left_in(settings) == [jar.parent.name]


def test_two_runs_at_once_fetch_once(settings: Settings, java: Path) -> None:
    found: list[list[Path]] = []
    runs = [
        threading.Thread(target=lambda: found.append(built_in_jars("delta", settings, patient([]))))
        for _ in range(4)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(found) == 4
    assert (java / "starts").read_text() == "started\n"


def test_a_jar_of_another_content_is_refused_and_not_kept(settings: Settings, java: Path) -> None:
    (java / "brings").write_bytes(b"something else")
    with pytest.raises(LaunchError, match=rf"expected tiny-1\.0\.jar with sha256 {TINY.sha256}, found"):
        built_in_jars("delta", settings, patient([]))
    assert left_in(settings) == []


def test_what_cannot_be_fetched_is_named_with_ivys_reason_and_the_way_out(
    settings: Settings, java: Path
) -> None:
    (java / "fails").write_text(":: loading settings\n\t::: org.tiny#tiny;1.0: not found:\nend\n")
    with pytest.raises(LaunchError) as raised:
        built_in_jars("iceberg", settings, patient([]))
    assert str(raised.value) == (
        "LAUNCH ERROR | tiny-1.0.jar, which Glue has built in, can't be fetched: org.tiny#tiny;1.0: not "
        "found. Check the network, HTTPS_PROXY or IVY_SETTINGS, and start the run again; or put the jars "
        "into S3 and name them in --extra-jars."
    )
    with pytest.raises(InvalidInputException, match=r"^tiny-1\.0\.jar, which Glue has built in"):
        jdbc_drivers.answer(settings, {"Vendor": "postgresql"})


def test_a_run_that_is_stopped_waits_no_longer(settings: Settings, java: Path) -> None:
    (java / "waits").touch()

    def check() -> None:
        if (java / "starts").exists():
            raise LaunchError("stopped")

    with pytest.raises(LaunchError, match="stopped"):
        built_in_jars("delta", settings, Waiting(lambda _: None, check))
    assert left_in(settings) == []


def test_a_script_is_told_where_the_driver_lies_and_no_other_jar(settings: Settings) -> None:
    answer = jdbc_drivers.answer(settings, {"Vendor": "mysql"})
    assert [Path(jar).read_bytes() for jar in answer["Jars"]] == [CONTENT]
    assert answer["Said"][0].startswith("local Glue: what Glue has built in is fetched once")
    assert jdbc_drivers.answer(settings, {"Vendor": "mysql"})["Said"] == []
    with pytest.raises(InvalidInputException, match="found 'delta'"):
        jdbc_drivers.answer(settings, {"Vendor": "delta"})


@pytest.mark.parametrize(
    ("value", "formats"),
    [
        ("", []),
        ("iceberg", ["iceberg"]),
        ("hudi, delta ,iceberg,", ["hudi", "delta", "iceberg"]),
        ("delta,delta", ["delta"]),
    ],
)
def test_formats_are_joined_by_commas(value: str, formats: list[str]) -> None:
    arguments = {"--datalake-formats": value}
    assert formats_of(arguments) == formats
    assert needs_own_jvm(arguments) == ("--datalake-formats" if formats else None)


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(LaunchError, match=r"takes delta, hudi, iceberg, .* found 'paimon'"):
        formats_of({"--datalake-formats": "delta,paimon"})


def test_a_run_gets_the_formats_that_spark_has_not(settings: Settings, tmp_path: Path) -> None:
    record = {"Definition": {}, "Id": "jr"}
    said: list[str] = []

    def found(value: str) -> list[Path]:
        run = JobRun(record, {"--datalake-formats": value})
        waits = RunContext(
            settings, settings.scope, run, RunFolder(tmp_path), ExitStack(), lambda: True, said.append
        )
        return format_jars(waits, Installation(tmp_path / "spark", tmp_path / "own"))

    assert [jar.parent.name.partition("-")[0] for jar in found("iceberg,delta")] == ["iceberg", "delta"]
    assert len(said) == 2
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "iceberg-spark-runtime-3.5_2.12-1.7.1.jar").touch()
    assert [jar.parent.name.partition("-")[0] for jar in found("iceberg,delta")] == ["delta"]


def test_sparks_own_classes_come_first_then_the_formats_then_the_jobs_jars(
    settings: Settings, tmp_path: Path
) -> None:
    def properties(**options: str) -> dict[str, str]:
        installation = Installation(tmp_path / "spark", tmp_path / "own")
        arguments = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
        return run_properties(
            settings,
            installation,
            RunFolder(tmp_path),
            {},
            [Path("/mine.jar")],
            arguments,
            [Path("/ice.jar")],
        )

    glues = [f"{tmp_path}/own/*", f"{tmp_path}/spark/jars/*", "/ice.jar"]
    assert properties()["spark.driver.extraClassPath"].split(":") == [*glues, "/mine.jar"]
    mine_first = properties(user_jars_first="true")
    assert mine_first["spark.executor.extraClassPath"].split(":") == ["/mine.jar", *glues]
    assert properties()["spark.jars"] == "/mine.jar"  # of large jars no run has a copy of its own


def test_deltas_python_package_lies_in_its_jar() -> None:
    own = [Path("/j/delta-storage-3.3.3.jar"), Path("/j/delta-spark_2.12-3.3.3.jar"), Path("/j/iceberg.jar")]
    assert python_path(own) == ["/j/delta-spark_2.12-3.3.3.jar"]
