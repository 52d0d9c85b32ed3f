"""One command at a time: a second one is told whose turn it is, and waits."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from glue_service.waiting import wait_for

from local_glue.setup.environments import Environments
from local_glue.setup.install import LOCK, install
from local_glue.setup.report import Report
from local_glue.setup.turn import Owner, owner_of, turn

ME = Owner("make up", os.getpid())


def never(_: Owner) -> NoReturn:
    raise AssertionError


def test_whose_turn_it_is_can_be_asked_as_long_as_it_lasts(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    assert owner_of(file) is None
    with turn(file, "make up", never):
        assert owner_of(file) == ME
    assert owner_of(file) is None
    assert str(ME) == f"make up (process {os.getpid()})"


def test_a_command_that_was_killed_has_no_turn(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1 make up")
    assert owner_of(tmp_path / "lock") is None


def test_a_second_command_is_told_whose_turn_it_is_and_waits_for_it(tmp_path: Path) -> None:
    told: list[Owner] = []
    waits, over = threading.Event(), threading.Event()

    @contextmanager
    def told_of(owner: Owner) -> Iterator[None]:
        told.append(owner)
        waits.set()
        yield
        over.set()

    def second() -> None:
        with turn(tmp_path / "lock", "make demo", told_of):
            told.append(owner_of(tmp_path / "lock") or ME)

    thread = threading.Thread(target=second)
    with turn(tmp_path / "lock", "make up", never):
        thread.start()
        assert waits.wait(30)
        assert not over.is_set()
    thread.join(30)
    assert told == [ME, Owner("make demo", os.getpid())]


def test_a_set_up_says_at_once_that_another_one_is_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over, said = threading.Event(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    monkeypatch.setattr(Environments, "ready", lambda *_: over.is_set())
    environments = Environments(tmp_path, Report(tmp_path / "logs" / "setup.log"))
    script = (
        "import sys; from pathlib import Path; from local_glue.setup.turn import turn\n"
        "with turn(Path(sys.argv[1]), 'make up', exit): print(); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / LOCK)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with other:
        assert other.stdout is not None
        other.stdout.readline()
        thread = threading.Thread(target=install, args=(environments, ["dev"], "make demo"))
        thread.start()

        wait_for("the second to wait", lambda: "waiting for" in said.getvalue() or None)
        over.set()
        other.communicate(b"\n")
        thread.join(30)
    assert f"  waiting for make up (process {other.pid}), which sets up here\n" in said.getvalue()
