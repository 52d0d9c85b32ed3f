"""What a table of the project file names must stand in another one: roles, databases, buckets, functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.lines import with_line

if TYPE_CHECKING:
    from glue_sandbox.project.file import Project

Reference = tuple[
    str, str | None, str, Collection[str]
]  # key, what it names, the table that has it, its names


def require_references(file: Path, text: str, project: Project) -> None:
    """Require that nothing is named that the file does not describe.

    Raises:
        SandboxError: something is; with key, what may stand there, and what stands there.
    """
    for key, name, where, known in _references(project):
        if name is not None and name not in known:
            raise SandboxError(
                f"{key} in {file} to name one of {where}: {', '.join(known) or 'none is there'}",
                with_line(repr(name), text, key),
                f"correct {key}, or describe {name!r} under {where}",
            )
    for name, event in project.events.items():
        if event.dag is not None and not project.has_dags:
            raise SandboxError(
                f"a table [airflow] in {file}, for events.{name}.dag",
                with_line(f"dag = {event.dag!r}, and no Airflow to start it", text, f"events.{name}.dag"),
                "add [airflow] with its dag_id, or name a function",
            )
        if (event.dag is None) == (event.function is None):
            raise SandboxError(
                f"either dag or function in events.{name} of {file}",
                with_line(
                    "neither" if event.dag is None else f"dag = {event.dag!r}, function = {event.function!r}",
                    text,
                    f"events.{name}",
                ),
                "name the one that a new object is to start",
            )


def _references(project: Project) -> Iterator[Reference]:
    buckets = (project.buckets.data, *project.buckets.others)
    for name, job in project.jobs.define.items():
        yield f"jobs.define.{name}.role", job.role, "[roles]", project.roles
        for connection in job.connections:
            yield f"jobs.define.{name}.connections", connection, "[connections]", project.connections
    for name, crawler in project.crawlers.items():
        yield f"crawlers.{name}.database", crawler.database, "databases", project.databases
        yield f"crawlers.{name}.role", crawler.role, "[roles]", project.roles
        for path in crawler.paths if project.aws_endpoint is None else ():
            bucket = path.removeprefix("s3://").split("/")[0]
            if "{" not in bucket:
                yield f"crawlers.{name}.paths", bucket, "[buckets]", (*buckets, project.buckets.artifacts)
    for name, function in project.functions.items():
        yield f"functions.{name}.role", function.role, "[roles]", project.roles
    for name, event in project.events.items():
        yield f"events.{name}.function", event.function, "[functions]", project.functions
        yield f"events.{name}.bucket", event.bucket, "[buckets]", buckets
    for name, files in project.seed.items():
        if not (project.templates or project.aws_endpoint):  # which have buckets of their own
            known = (*buckets, project.buckets.artifacts)
            yield f"seed.{name}.bucket", files.bucket, "[buckets]", known
    for name, table in project.tables.items():
        for number in table.numbers:
            yield f"tables.{name}.numbers", number, f"the keys of tables.{name}", table.keys
