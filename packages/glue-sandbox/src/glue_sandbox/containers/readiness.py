"""Waits until containers are ready, and says why one is not."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence

from glue_sandbox.containers.memory import more_memory
from glue_sandbox.docker.compose import Compose, Container, docker
from glue_sandbox.docker.diagnoses import OF_A_CONTAINER, docker_error, find_diagnosis
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.terminal.console import last_lines

START_SECONDS = 240.0  # for a busy machine; nobody waits that long for one that is not
POLL_SECONDS = 0.5
KILLED, MEMORY_KILL = 128 + 9, "{{.State.OOMKilled}}"


class Watch:
    """Looks at the containers of one start, once they are made: from then on none is replaced any more.

    What a crash or a reboot ended before is no failure of this start until compose has started it again.
    """

    def __init__(self, compose: Compose) -> None:
        self.compose = compose
        found = compose.containers()
        self._not_started_yet = {each.container_id for each in found.values() if each.has_ended}

    def until_ready(
        self, wanted: Sequence[str], among: Sequence[str], starting: subprocess.Popen[bytes] | None = None
    ) -> dict[str, Container]:
        """Wait until these are ready, among all that are started now (by `starting`, if it still runs).

        Raises:
            SandboxError: one of them ended, or is not ready in time; with the last lines of its log.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            is_starting = starting is not None and starting.poll() is None
            found = self.compose.containers()
            missing = [name for name in wanted if name not in found or not found[name].is_ready]
            if not missing:
                return found

            # In the order of their services, for later ones need those before them.
            ended = [found[name] for name in among if name in found and found[name].has_ended]
            self._not_started_yet &= {each.container_id for each in ended} if is_starting else set()
            dead = [each for each in ended if each.container_id not in self._not_started_yet]
            if dead or (starting and starting.poll()) or time.monotonic() > deadline:
                raise _failure(self.compose, [*dead, *(found[name] for name in missing if name in found)])

            try:
                if starting:
                    starting.wait(POLL_SECONDS)
                time.sleep(POLL_SECONDS)  # what is started is not ready: nothing to wait on but time
            except subprocess.TimeoutExpired:
                continue


def _failure(compose: Compose, suspects: list[Container]) -> SandboxError:
    said = compose.log.read_text(encoding="utf-8", errors="replace")
    if not suspects or suspects[0].state == "created":
        return docker_error(said, ["docker", "compose", "up"])

    found = suspects[0]
    log = compose.last_log_lines(found.service) or last_lines(said)
    ended = f"{found.state} with exit code {found.exit_code}" if found.state != "running" else found.health
    expected = f"the container {found.service} to be healthy in {START_SECONDS:.0f} s"
    next_command = f"make logs S={found.service}, then make up"

    if found.exit_code == KILLED and docker("inspect", "--format", MEMORY_KILL, found.container_id) == "true":
        ended += ", out of memory"
        next_command = more_memory(found.service, read_env_file(compose.env_file)) or next_command
    elif diagnosis := find_diagnosis(log, OF_A_CONTAINER):
        expected, next_command = diagnosis.expected, diagnosis.next_command

    return SandboxError(
        expected, f"the container {found.service} is {ended}; its last lines are above", next_command, log
    )
