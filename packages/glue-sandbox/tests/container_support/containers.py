"""Containers for tests: unique names, waiting for a state with an explanation, and nothing left behind."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

PREFIX = f"music-streams-test-{uuid.uuid4().hex[:8]}"
AWS = ("AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_DEFAULT_REGION=us-east-1")


def docker(*words: str, stdin: str = "", seconds: float = 280) -> str:
    """Run docker and give what it printed; an AssertionError with all it said when it fails."""
    answer = subprocess.run(
        ["docker", *words], input=stdin, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert answer.returncode == 0, (
        f"docker {' '.join(words)}\n{answer.stdout[-3000:]}\n{answer.stderr[-3000:]}"
    )
    return answer.stdout.strip()


class Container:
    """One container that runs in the background."""

    def __init__(
        self, name: str, image: str, options: Sequence[str] = (), command: Sequence[str] = ()
    ) -> None:
        self.name = f"{PREFIX}-{name}"
        docker("run", "--detach", "--name", self.name, *options, image, *command)

    def run(self, *command: str, stdin: str = "") -> str:
        """What a command inside prints."""
        return docker("exec", "--interactive", self.name, *command, stdin=stdin)

    def wait_until(self, what: str, *command: str, seconds: float = 120) -> None:
        """Return when this command succeeds inside; else say what was waited for, and the last log lines."""
        deadline = time.monotonic() + seconds
        while True:
            answer = subprocess.run(
                ["docker", "exec", self.name, *command], capture_output=True, timeout=seconds, check=False
            )
            if answer.returncode == 0:
                return
            state = docker("inspect", "--format", "{{.State.Status}}", self.name)
            if state != "running" or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} ({state}): not {what} in {seconds} s\n{self.logs()}")
            time.sleep(0.2)  # between two looks at a state that nothing announces

    def logs(self) -> str:
        """The last lines of both its outputs."""
        answer = subprocess.run(
            ["docker", "logs", "--tail", "30", self.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return answer.stdout


def run_once(image: str, *command: str, options: Sequence[str] = (), stdin: str = "") -> str:
    """What a container prints that is gone afterwards."""
    name = f"{PREFIX}-{uuid.uuid4().hex[:6]}"
    try:
        return docker("run", "--rm", "--interactive", "--name", name, *options, image, *command, stdin=stdin)
    except BaseException:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=False)
        raise


def remove_all() -> None:
    """Remove every container and network of this test run, with their volumes."""
    ids = docker("ps", "--all", "--quiet", "--filter", f"name={PREFIX}").split()
    if ids:
        docker("rm", "--force", "--volumes", *ids)
    networks = docker("network", "ls", "--quiet", "--filter", f"name={PREFIX}").split()
    if networks:
        docker("network", "rm", *networks)


def mount(source: Path, target: str) -> tuple[str, str]:
    """An option that shows one file or folder of this machine inside, read-only."""
    return "--mount", f"type=bind,source={source},target={target},readonly"
