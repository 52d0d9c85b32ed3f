"""Where a Debian base image comes from: the engine, a registry, or else Debian's archive."""

from __future__ import annotations

import os
import shutil
import subprocess

from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.docker_client import docker_environment
from glue_sandbox.resources import COMPOSE
from glue_sandbox.terminal.console import last_lines

PULL_SECONDS = 120
MAKE_SECONDS = 900


def ensure_base(engine: Engine, image: str, suite: str) -> str:
    """Have the engine hold this Debian image; what was done for it.

    Raises:
        SandboxError: no registry has it, and it could not be made from Debian's archive.
    """
    if engine.exists(image):
        return f"{image} is here"

    refused = engine.pull(image, PULL_SECONDS)
    if not refused:
        return f"{image} pulled"
    if "@" in image:  # what is made here has another digest
        raise SandboxError(
            f"the base image {image}",
            f"no registry gives it ({refused})",
            "name it by a tag, which is made here",
        )
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        make = f"as root: apt-get install debootstrap, then make images; or docker pull {image} another way"
        raise SandboxError(f"the base image {image}", f"no registry gives it ({refused})", make)

    script = str(COMPOSE / "build" / "debian-base")
    made = subprocess.run(
        [script, suite, image],
        env=docker_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=MAKE_SECONDS,
        check=False,
    )
    if made.returncode:
        details = last_lines(made.stdout + made.stderr)
        raise SandboxError(
            f"{image} made by debootstrap", f"exit code {made.returncode}", "make images", details
        )

    return f"{image} made from Debian's archive"
