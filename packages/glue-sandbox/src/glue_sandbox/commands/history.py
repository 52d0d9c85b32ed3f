"""`glue-sandbox history`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.hints import typed
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out, working


def history(
    logs: Annotated[
        str | None,
        typer.Option(envvar="LOGS", help="Where the event logs are; found by itself if jobs name one place."),
    ] = None,
) -> None:
    """Start Spark's history server: stages, tasks and SQL plans of job runs that are over."""
    from glue_sandbox.history_server import (
        find_event_logs,
        must_be_a_place,
        must_have_objects,
        start_history,
    )
    from glue_sandbox.status.status import must_run

    settings = load_settings()
    if logs:
        must_be_a_place(logs)
    with working("Looking for event logs"):
        must_run(settings)
        location = logs or find_event_logs(settings)
        must_have_objects(settings, location)
    with working("Starting Spark's history server"):
        started = start_history(settings, location)
    address = f"http://localhost:{settings.history_port}"
    out.print(f"{'started' if started else 'runs already'}: {address}   reads {location}")
    out.print(typed("make down stops it"), style="dim")


COMMAND = Command(history, example="make history LOGS=s3://my-bucket/spark-events/")
