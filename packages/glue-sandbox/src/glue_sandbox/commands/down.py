"""`glue-sandbox down`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.hints import typed
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.terminal.console import out, show_error, working

KEPT = "data is kept; `make up` continues with it, `make clean` removes it"
FORGOTTEN = (
    "volumes are kept, but LocalStack has forgotten its data, as it does when it stops: "
    "started by EMULATOR=ministack make up, it stays; make clean removes the volumes"
)


def down(
    keep: Annotated[
        bool,
        typer.Option(
            envvar="KEEP", help="Of containers: leave their volumes, with what emulator and Airflow keep."
        ),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Every sandbox of yours, whatever project it is of.")
    ] = False,
) -> None:
    """Stop everything that `up` started. Twice is harmless.

    The data of processes stays for the next `up`; that of containers goes with their volumes, unless KEEP=1.
    What that left stays when nothing runs.
    """
    if not every:
        take_down_sandbox(load_settings(), keep=keep)
    elif not take_all_down(keep=keep):
        raise typer.Exit(1)


def take_all_down(*, keep: bool) -> bool:
    """Take down every sandbox of this user; return whether all could be."""
    from glue_sandbox.errors import SandboxError
    from glue_sandbox.status.running_sandboxes import settings_of, state_folders

    states = state_folders()
    if not states:
        out.print("nothing was running")
    succeeded = True
    for state in states:
        try:
            settings = settings_of(state)
            out.print(f"{settings.project.name} ({settings.root})", style="bold", markup=False)
            take_down_sandbox(settings, keep=keep)
        except SandboxError as error:
            succeeded = False
            show_error(error)
    return succeeded


def take_down_sandbox(settings: Settings, *, keep: bool) -> None:
    """Stop one sandbox, and say what that was and what stays.

    Raises:
        SandboxError: another command is at work on it, or the engine refuses.
    """
    from glue_sandbox.airflow.dag_runs import runs_under_way
    from glue_sandbox.containers.down import take_down, take_down_if_possible
    from glue_sandbox.docker.compose import Compose
    from glue_sandbox.processes.supervisor import Supervisor, refuse

    supervisor = Supervisor(settings)
    with supervisor.exclusively(refuse):
        with working("Looking for runs under way"):
            cut_off = runs_under_way(settings)

        # First, for it forgets last how the sandbox was started: a `down` that failed can be repeated.
        # Processes stop without an engine, too.
        has_containers = settings.in_containers and settings.started_with.exists()
        remove = take_down if has_containers else take_down_if_possible
        containers = remove(settings, keep_data=keep, keep_unused=True)
        with working("Stopping processes"):
            processes = supervisor.stop_all()

    stopped = [*processes, *containers]
    out.print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")
    is_gone = bool(containers) and not keep
    for run_id in cut_off:
        after = (
            "it is gone with the volumes" if is_gone else "after the next make up, a new run does its work"
        )
        out.print(typed(f"run {run_id} was under way and is cut off: {after}"))
    if containers and not keep:
        out.print(
            typed("containers, network and volumes are removed; KEEP=1 make down leaves the volumes"),
            style="dim",
        )
    elif stopped:
        forgets = bool(containers) and settings.emulator == "localstack"
        out.print(typed(FORGOTTEN if forgets else KEPT), style="dim")
    elif settings.in_containers and Compose(settings).exists:
        project = Compose(settings).project
        out.print(
            typed("the volumes that an earlier KEEP=1 make down left are kept; ")
            + f"docker compose --project-name {project} down --volumes removes them",
            style="dim",
        )


COMMAND = Command(down, example="make down", needs_project=False)
