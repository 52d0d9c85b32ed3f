"""`glue-sandbox bookmark …`: what a job with bookmarks has read."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import load_settings

Job = Annotated[str, typer.Argument(envvar="JOB", help="Name of the Glue job.")]


def show(job: Job) -> None:
    """Show what a job counts as read, source by source."""
    from glue_sandbox.jobs.bookmarks import show_bookmark

    show_bookmark(load_settings(), job)


def reset(
    job: Job,
    run: Annotated[
        str | None, typer.Option("--run", envvar="RUN", help="Only forget what was read after this run.")
    ] = None,
) -> None:
    """Let a job read all of its input again."""
    from glue_sandbox.jobs.bookmarks import reset_bookmark

    reset_bookmark(load_settings(), job, run)


def set_(
    job: Job,
    now: Annotated[bool, typer.Option("--now", help="Every file that is there now counts as read.")] = False,
) -> None:
    """Count every file that is there now as read, which AWS cannot do: the next run reads what is new."""
    from glue_sandbox.jobs.bookmarks import set_bookmark_to_now

    if not now:
        raise SandboxError(
            "the time to set the bookmark to", "none", f"glue-sandbox bookmark set {job} --now"
        )
    set_bookmark_to_now(load_settings(), job)


COMMANDS = {
    "show": Command(show, example="make bookmark-show JOB=my_job"),
    "set": Command(set_, example="make bookmark-set JOB=my_job"),
    "reset": Command(reset, example="make bookmark-reset JOB=my_job RUN=jr_0123"),
}
