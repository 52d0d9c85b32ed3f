"""A Debian base image that is made here is made of packages that Debian has signed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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
