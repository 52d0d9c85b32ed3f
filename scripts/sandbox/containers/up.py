"""Starts the sandbox as containers: images, containers, the resources of infra/, then Airflow's scheduler.

Airflow, which takes longest, starts beside the others; its scheduler waits for the resources, so that no run
begins before there is anything to run on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox.console import last_lines, out, step
from sandbox.containers.choice import PUBLISHED, SLIM, Choice, choose, provide
from sandbox.containers.docker import PROFILES, Compose, Container, docker, require_engine
from sandbox.containers.environment import TOKEN, prepare, uses_token
from sandbox.containers.lifecycle import take_down
from sandbox.containers.memory import more_memory
from sandbox.containers.services import INIT, SCHEDULER, expected_services, first_services, profiles_of
from sandbox.containers.trouble import OF_A_CONTAINER, explain, known_trouble
from sandbox.errors import SandboxError
from sandbox.mode import read_env_file
from sandbox.ports import is_free, owner_of
from sandbox.settings import Settings
from sandbox.starting import deploy_and_say, refuse_other_settings, wait_until_dag_is_read
from sandbox.supervisor import CUT_SHORT, Supervisor

OF_FREE_LOCALSTACK = (
    "LocalStack's free edition has no Glue, also not in CloudFormation: the local Glue service has both",
    "LocalStack enforces no roles, and forgets all data when it stops (EMULATOR=ministack does neither)",
)
OF_LOCALSTACK_WITH_TOKEN = (
    "LocalStack with your token ({image}): Glue's API is still answered by the local Glue service",
    "LocalStack's enforcement of roles and its keeping of data are not switched on here",
)
NO_LAMBDA = (
    "LocalStack runs no Lambda without the engine's socket: the container `events` calls the same handler"
)
TOKEN_UNUSED = f"{TOKEN} is not used: this LocalStack needs none (with IMAGES=published a newer one takes it)"
AS_ROOT = "images: the published ones, of which PostgreSQL starts as root and LocalStack runs as root"
START_SECONDS = 240.0  # for a busy machine; nobody waits that long for one that is not
POLL_SECONDS = 0.5
KILLED, MEMORY_KILL = 128 + 9, "{{.State.OOMKilled}}"
PORTS = {
    "SANDBOX_PORT": ("glue", "sandbox_port"),
    "EMULATOR_PORT": ("emulator", "emulator_port"),
    "AIRFLOW_PORT": ("airflow-api-server", "airflow_port"),
}


def start(settings: Settings) -> None:
    """Bring everything up. On failure or Ctrl-C, what was started here is stopped again."""
    require_engine()
    compose = Compose(settings)
    with Supervisor(settings).exclusively():
        if settings.started_with.exists():
            refuse_other_settings(settings)
        before = compose.containers()
        _refuse_taken_ports(settings, before)
        choice = choose(settings)
        say_what_stands_in(settings, choice)
        prepare(settings, choice.names, os.environ.get("AIRFLOW_PASSWORD") or None)
        provide(settings, choice)
        settings.remember()  # before anything runs: `down` and `status` must find also a half of it
        with _taken_back_on_failure(settings, compose, before):
            if _runs_as_wanted(settings, compose, before):
                out.print("all containers run already, as wanted")
                deploy_and_say(settings)
            else:
                _start_all(settings, compose, before)
                compose.started_as.write_text(compose.fingerprint(), encoding="utf-8")
    wait_until_dag_is_read(settings)


def say_what_stands_in(settings: Settings, choice: Choice) -> None:
    """Name what is not what AWS has, and what this edition of the emulator cannot do."""
    said = ["mode: containers (a Docker engine answers; MODE=embedded needs none)"]
    if choice.source == SLIM:
        said.append(
            "images: slim, built here from Debian, PyPI and Maven Central, instead of the published ones"
        )
    if choice.stale:
        names = ", ".join(choice.stale)
        said.append(f"built from other files or another base than are here now: {names} (anew: make images)")
    if choice.source == PUBLISHED:
        said.append(AS_ROOT)
    if settings.emulator == "localstack":
        said += _of_localstack(settings, choice.names["EMULATOR_IMAGE"])
    out.print("\n".join(said), style="dim")


def _of_localstack(settings: Settings, image: str) -> list[str]:
    if uses_token(settings, image):
        return [*(line.format(image=image) for line in OF_LOCALSTACK_WITH_TOKEN), NO_LAMBDA]
    return [*OF_FREE_LOCALSTACK, NO_LAMBDA, *([TOKEN_UNUSED] if os.environ.get(TOKEN) else [])]


def _start_all(settings: Settings, compose: Compose, before: dict[str, Container]) -> None:
    profiles, expected = profiles_of(settings), expected_services(settings)
    with step("S3, DynamoDB … and Glue, the front door of all AWS services") as running:
        starting = compose.start("up", "--detach", "--no-build", *first_services(settings), profiles=profiles)
        try:
            _wait(compose, starting, ["glue"])
            running.result = _result("glue", before)
        except BaseException:
            starting.terminate()
            starting.wait()
            raise
    deploy_and_say(settings)
    with step("Airflow") as running:
        if starting.wait():
            raise explain(compose.log.read_text(errors="replace"), ["docker", "compose", "up"])
        last = [name for name in expected if name not in first_services(settings)]
        # What these depend on is there; with it, compose would migrate Airflow's database once more.
        starting = compose.start("up", "--detach", "--no-build", "--no-deps", *last, profiles=profiles)
        _wait(compose, starting, expected)
        running.result = _result(SCHEDULER, before)


def _runs_as_wanted(settings: Settings, compose: Compose, before: dict[str, Container]) -> bool:
    """Then compose need not be asked, which would migrate Airflow's database once more."""
    is_up = all(name in before and before[name].is_ready for name in expected_services(settings))
    same = compose.started_as.is_file() and compose.started_as.read_text("utf-8") == compose.fingerprint()
    return is_up and same


def _result(service: str, before: dict[str, Container]) -> str:
    there = before.get(service)
    return "runs already" if there and there.state == "running" else "started"


def _wait(compose: Compose, starting: subprocess.Popen[bytes], wanted: Sequence[str]) -> None:
    """Wait until these containers are ready; SandboxError with the log of one that is not."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        found = compose.containers()
        missing = [name for name in wanted if name not in found or not found[name].is_ready]
        if not missing:
            return
        dead = [
            each for each in found.values() if each.has_ended and (each.exit_code or each.service != INIT)
        ]
        if dead or starting.poll() or time.monotonic() > deadline:
            raise _failure(compose, [*dead, *(found[name] for name in missing if name in found)])
        try:
            starting.wait(POLL_SECONDS)
            time.sleep(POLL_SECONDS)  # compose is done; what it started is not: nothing to wait on but time
        except subprocess.TimeoutExpired:
            continue


def _failure(compose: Compose, suspects: list[Container]) -> SandboxError:
    said = compose.log.read_text(encoding="utf-8", errors="replace")
    if not suspects or suspects[0].state == "created":
        return explain(said, ["docker", "compose", "up"])
    found = suspects[0]
    log = compose.last_log_lines(found.service) or last_lines(said)
    ended = f"{found.state} with exit code {found.exit_code}" if found.state != "running" else found.health
    expected = f"the container {found.service} to be healthy in {START_SECONDS:.0f} s"
    next_command = f"make logs S={found.service}, then make up"
    if found.exit_code == KILLED and docker("inspect", "--format", MEMORY_KILL, found.container_id) == "true":
        ended += ", killed for want of memory"
        next_command = more_memory(found.service, read_env_file(compose.env_file)) or next_command
    elif trouble := known_trouble(log, OF_A_CONTAINER):
        expected, next_command = trouble.expected, trouble.next_command
    return SandboxError(
        expected, f"the container {found.service} is {ended}; its last lines are above", next_command, log
    )


def _refuse_taken_ports(settings: Settings, before: dict[str, Container]) -> None:
    for variable, (service, field) in PORTS.items():
        port = getattr(settings, field)
        ours = service in before and before[service].state == "running"
        if not ours and not is_free(port):
            raise SandboxError(
                f"port {port} free for the container {service}",
                f"it is used by {owner_of(port).description}",
                f"stop it, or take another port: {variable}={port + 100} make up",
            )


@contextmanager
def _taken_back_on_failure(
    settings: Settings, compose: Compose, before: dict[str, Container]
) -> Iterator[None]:
    """What was not there before is removed again, with its volumes if it was a first start."""
    try:
        yield
    except BaseException:
        out.print("stopping what was started …")
        for number in CUT_SHORT:  # a second Ctrl-C must not leave half of it
            signal.signal(number, signal.SIG_IGN)
        new = [name for name in compose.containers() if name not in before]
        if before and new:
            compose.run("rm", "--force", "--stop", *new, profiles=PROFILES)
        elif not before:
            take_down(settings, keep_data=False)
        raise
