"""A Debian base image that is made here is made of packages that Debian has signed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from unittest.mock import Mock

import pytest

from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.images.debian_base import ensure_base
from glue_sandbox.resources import COMPOSE

SPY = '#!/bin/sh\necho "$@" >"$SEEN"\nexit 7\n'


def test_debootstrap_is_told_to_check_signatures_and_its_failure_ends_it(tmp_path: Path) -> None:
    spy, seen = tmp_path / "debootstrap", tmp_path / "seen"
    spy.write_text(SPY)
    spy.chmod(0o700)
    environ = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        "SEEN": str(seen),
    }
    script = str(COMPOSE / "build" / "debian-base")
    done = subprocess.run([script, "bookworm", "debian:bookworm-slim"], env=environ, check=False)
    assert done.returncode == 7
    assert seen.read_text().split()[:4] == [
        *("--force-check-gpg", "--variant=minbase", "--include=ca-certificates", "bookworm")
    ]


def test_a_base_that_is_named_by_its_digest_is_never_made_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "debootstrap"
    spy.write_text(SPY)
    spy.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    without_a_registry = Mock(spec=Engine)
    without_a_registry.exists.return_value = False
    without_a_registry.pull.return_value = "no such host"

    with pytest.raises(SandboxError) as refused:
        ensure_base(without_a_registry, f"debian@sha256:{'0' * 64}", "bookworm")
    assert refused.value.found == "no registry gives it (no such host)"
    assert refused.value.next_command == "name it by a tag, which is made here"
    assert not (tmp_path / "seen").exists()
