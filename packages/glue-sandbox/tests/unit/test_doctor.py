"""The doctor: each finding says what was found and what to type."""

from __future__ import annotations

import pwd
import re
import shutil
import socket
from pathlib import Path
from typing import Literal
from unittest.mock import Mock

import pytest

from glue_sandbox.docker.compose import Compose
from glue_sandbox.docker.engine import Engine
from glue_sandbox.doctor import (
    GB,
    Finding,
    Grade,
    credentials,
    docker,
    engine_disk,
    examine,
    java,
    other_users,
    ports,
    print_findings,
)
from glue_sandbox.machine.mode import EngineProbe, look_for_engine
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out


def test_keys_of_a_real_account_are_found_and_said_to_be_unused(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").touch()
    (finding,) = credentials({"AWS_PROFILE": "production"}, tmp_path)
    assert finding.grade is Grade.WARNING
    assert "AWS_PROFILE, ~/.aws/credentials" in finding.found
    assert "not used" in finding.found
    assert finding.next_command


def test_the_sandbox_s_own_keys_are_no_finding(tmp_path: Path) -> None:
    (finding,) = credentials({"AWS_ACCESS_KEY_ID": "test"}, tmp_path)
    assert finding.grade is Grade.GOOD


def test_a_port_of_somebody_else_blocks_and_names_the_variable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        found = ports(Settings(state=tmp_path, airflow_port=port))
    (blocking,) = [finding for finding in found if finding.subject == f"Port {port}"]
    assert blocking.blocks
    assert f"AIRFLOW_PORT={port + 100} make up" in blocking.next_command


def test_a_port_of_this_sandboxs_container_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        port = engine.getsockname()[1]
        settings = Settings(state=tmp_path, mode="containers", airflow_port=port)
        for state, found in (("running", "used by this sandbox"), ("exited", "used by process")):
            container = Mock(state=state)
            monkeypatch.setattr(Compose, "containers", lambda _, it=container: {"airflow": it})
            (finding,) = [each for each in ports(settings) if each.subject == f"Port {port}"]
            assert finding.found.startswith(found)


def test_a_missing_java_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local_glue.setup.java.SYSTEM_FOLDERS", ())
    finding = java(tmp_path, {"PATH": ""})
    assert not finding.blocks
    assert finding.next_command == "make up"


def test_the_engines_disk_must_hold_the_images_that_are_not_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=5 * GB)
    monkeypatch.setattr("glue_sandbox.doctor.shutil.disk_usage", lambda _: usage)
    settings = Settings(state=tmp_path, mode="containers", images="published")
    monkeypatch.setattr(Engine, "exists", lambda *_: True)
    assert engine_disk(settings, tmp_path).grade is Grade.GOOD
    monkeypatch.setattr(Engine, "exists", lambda *_: False)
    finding = engine_disk(settings, tmp_path)
    assert finding.blocks
    assert finding.found == f"expected 14 GB free at {tmp_path} for published images and data, found 5.0 GB"
    assert "docker system prune" in finding.next_command
    assert finding.next_command.endswith("; or MODE=embedded make up")
    embedded = engine_disk(settings.model_copy(update={"mode": "embedded"}), tmp_path)
    assert not embedded.blocks
    assert embedded.next_command.endswith(", before MODE=containers make up")


def test_an_engine_elsewhere_is_asked_for_its_own_disk(tmp_path: Path) -> None:
    assert "docker system df" in engine_disk(Settings(state=tmp_path), tmp_path / "absent").found


def test_containers_without_an_engine_are_an_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = docker(Settings(state=tmp_path, mode="containers"), look_for_engine())
    assert finding.blocks
    assert "MODE=embedded make up" in finding.next_command
    assert not docker(Settings(state=tmp_path, mode="embedded"), look_for_engine()).blocks


@pytest.mark.parametrize(
    ("mode", "here"),
    [
        ("containers", "make up uses containers; MODE=embedded make up does not"),
        ("embedded", "make up runs embedded; MODE=containers make up would use it"),
    ],
)
def test_of_an_engine_it_is_said_what_make_up_does_with_it_here(
    tmp_path: Path, mode: Literal["embedded", "containers"], here: str
) -> None:
    engine = EngineProbe(version="29.1.0", compose="2.40.3", problem="")
    found = docker(Settings(state=tmp_path, mode=mode), engine).found
    assert found == f"engine 29.1.0, compose 2.40.3: {here}"


def test_data_that_is_here_is_named_as_the_reason_of_the_mode(tmp_path: Path) -> None:
    (tmp_path / "ministack").mkdir()
    (tmp_path / "ministack" / "s3.json").touch()
    found = docker(Settings(state=tmp_path), EngineProbe(version="29.1.0", compose="2.40.3")).found
    assert found.endswith(
        ": make up runs embedded, with the data of last time; MODE=containers make up would use it"
    )


def test_a_finding_and_its_next_command_keep_their_indent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(out, "_force_terminal", True)
    monkeypatch.setattr(out, "_width", 60)
    words = "expected something longer than a line of sixty columns, found less"
    print_findings([Finding(Grade.GOOD, "Docker disk", words, f"{words}; make up")])
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert lines == [
        "✓ Docker disk expected something longer than a line of sixty",
        "              columns, found less",
        "              next: expected something longer than a line of",
        "                    sixty columns, found less; make up",
    ]


def test_whatever_is_not_good_ends_with_the_next_command(tmp_path: Path) -> None:
    for finding in examine(Settings(state=tmp_path), environ={"PATH": "", "AWS_PROFILE": "production"}):
        assert finding.grade is Grade.GOOD or finding.next_command, finding


def test_other_people_on_the_machine_are_named_unless_keys_are_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def account(name: str, number: int, shell: str) -> pwd.struct_passwd:
        return pwd.struct_passwd((name, "x", number, number, "", "/", shell))

    accounts = [
        account("daemon", 1, "/bin/sh"),
        account("eve", 1001, "/bin/bash"),
        account("off", 1002, "/sbin/nologin"),
    ]
    monkeypatch.setattr("pwd.getpwall", lambda: accounts)
    (finding,) = other_users(Settings(state=tmp_path))
    assert finding.found == "eve may use the emulated account, and have code run as you, by keys test/test"
    assert "KEYS=own" in finding.next_command
    assert other_users(Settings(state=tmp_path, keys="own")) == []
    monkeypatch.setattr("pwd.getpwall", lambda: accounts[:1])
    assert other_users(Settings(state=tmp_path)) == []
