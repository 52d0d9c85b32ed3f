"""Starts the sandbox as containers: images, containers, the resources of infra/, then Airflow's scheduler.

Airflow, which takes longest, starts beside the others; its scheduler waits for the resources, so that no run
begins before there is anything to run on.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from glue_sandbox.console import out, step
from glue_sandbox.containers.down import take_down
from glue_sandbox.containers.env_files import TOKEN, prepare, uses_token
from glue_sandbox.containers.readiness import Watch
from glue_sandbox.containers.services import SCHEDULER, expected_services, first_services, profiles_of
from glue_sandbox.docker.compose import PROFILES, Compose, Container, require_engine
from glue_sandbox.docker.diagnoses import explain
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import typed
from glue_sandbox.images.selection import PUBLISHED, SLIM, Choice, choose, provide
from glue_sandbox.ports import is_free, owner_of
from glue_sandbox.processes.supervisor import CUT_SHORT, Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.start_steps import deploy_with_progress, refuse_other_settings, wait_until_dag_is_read

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
AS_ROOT = "images: the published ones; as root start those of PostgreSQL{emulator}, and no slim one"
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
        print_substitutions(settings, choice)
        prepare(settings, choice.names, os.environ.get("AIRFLOW_PASSWORD") or None)
        provide(settings, choice)
        settings.remember()  # before anything runs: `down` and `status` must find also a half of it
        with _taken_back_on_failure(settings, compose, before):
            if _runs_as_wanted(settings, compose, before):
                out.print("all containers run already, as wanted")
                deploy_with_progress(settings)
            else:
                _start_all(settings, compose, before)
                compose.started_as.write_text(compose.fingerprint(), encoding="utf-8")
    wait_until_dag_is_read(settings)


def print_substitutions(settings: Settings, choice: Choice) -> None:
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
        is_localstack = settings.emulator == "localstack"
        said.append(AS_ROOT.format(emulator=" and LocalStack" if is_localstack else ""))
    if settings.emulator == "localstack":
        said += _of_localstack(settings, choice.names["EMULATOR_IMAGE"])
    out.print(typed("\n".join(said)), style="dim")


def _of_localstack(settings: Settings, image: str) -> list[str]:
    if uses_token(settings, image):
        return [*(line.format(image=image) for line in OF_LOCALSTACK_WITH_TOKEN), NO_LAMBDA]
    return [*OF_FREE_LOCALSTACK, NO_LAMBDA, *([TOKEN_UNUSED] if os.environ.get(TOKEN) else [])]


def _start_all(settings: Settings, compose: Compose, before: dict[str, Container]) -> None:
    """All is made before it is started: what compose replaces is gone before anything counts as ready."""
    first, expected = first_services(settings), expected_services(settings)
    last = [name for name in expected if name not in first]
    with ExitStack() as at_work:
        with step("S3, DynamoDB … and Glue, the front door of all AWS services") as running:
            _make(settings, compose, first)
            watch = Watch(compose)
            starting = at_work.enter_context(_starting(settings, compose, first))
            now = watch.until_ready(["emulator", "glue"], first, starting)
            running.result = _result("glue", before, now)
        deploy_with_progress(settings)
        with step("Airflow") as running:
            if starting.wait():
                raise explain(compose.log.read_text(errors="replace"), ["docker", "compose", "up"])
            _make(settings, compose, expected)
            # Not by compose, which would migrate Airflow's database once more before its scheduler.
            compose.start_made(last)
            running.result = _result(SCHEDULER, before, watch.until_ready(expected, expected))


def _make(settings: Settings, compose: Compose, services: Sequence[str]) -> None:
    """Create containers, and replace those that changed: to its end, for half of one cannot be taken back."""
    words = ("up", "--no-start", "--no-build", *services)
    making = compose.start(*words, profiles=profiles_of(settings))
    try:
        failed = making.wait()
    except BaseException:
        _let_nothing_cut_short()
        making.wait()
        raise
    if failed:
        raise explain(compose.log.read_text(errors="replace"), ["docker", "compose", *words])


@contextmanager
def _starting(
    settings: Settings, compose: Compose, services: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Compose starts them, each after what it needs; on failure it ends before anything is taken back."""
    process = compose.start("up", "--detach", "--no-build", *services, profiles=profiles_of(settings))
    try:
        yield process
    except BaseException:
        _let_nothing_cut_short()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)  # `docker` alone would not pass it on to its plugin
        process.wait()
        raise


def _runs_as_wanted(settings: Settings, compose: Compose, before: dict[str, Container]) -> bool:
    """Then compose need not be asked, which would migrate Airflow's database once more."""
    is_up = all(name in before and before[name].is_ready for name in expected_services(settings))
    same = compose.started_as.is_file() and compose.started_as.read_text("utf-8") == compose.fingerprint()
    return is_up and same


def _result(service: str, before: dict[str, Container], now: dict[str, Container]) -> str:
    there = before.get(service)
    is_same = there and there.state == "running" and there.container_id == now[service].container_id
    return "runs already" if is_same else "started"


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
    """What was not there before is removed again, with its volumes if there were none of them either."""
    had_data = bool(compose.volumes())
    try:
        yield
    except BaseException:
        out.print("stopping what was started …")
        _let_nothing_cut_short()
        new = [name for name in compose.containers() if name not in before]
        if before and new:
            compose.run("rm", "--force", "--stop", "--volumes", *new, profiles=PROFILES)
        elif not before:
            take_down(settings, keep_data=had_data)
        raise


def _let_nothing_cut_short() -> None:
    """A second Ctrl-C must not leave half of what is taken back."""
    for number in CUT_SHORT:
        signal.signal(number, signal.SIG_IGN)
