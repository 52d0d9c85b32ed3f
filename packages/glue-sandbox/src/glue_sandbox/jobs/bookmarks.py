"""Job bookmarks for people: see one, let a job read again, or count all that is there as read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.exceptions import ClientError

from glue_sandbox.clients import client
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.run_ids import as_it_fits, run_of
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import out
from local_glue.bookmarks.read_until import ANY_SOURCE
from local_glue.dynamicframe.bookmarks.service import BookmarkService

NOT_FOUND = "EntityNotFoundException"


def show_bookmark(settings: Settings, job: str) -> None:
    """Print what a job has read, source by source.

    Raises:
        SandboxError: the job has no bookmark.
    """
    must_run(settings)
    with _missing_bookmark_told(job):
        entry = client(settings, "glue").get_job_bookmark(JobName=job)["JobBookmarkEntry"]
    _print_entry(job, entry)


def reset_bookmark(settings: Settings, job: str, run_id: str | None) -> None:
    """Let a job read all of its input again, or what it read after a run, of whose id the begin is enough.

    Raises:
        SandboxError: the job has no bookmark, or no such run.
    """
    must_run(settings)
    glue = client(settings, "glue")
    with _missing_bookmark_told(job):
        to_run = {"RunId": run_of(glue, run_id, [job])["Id"]} if run_id else {}
        entry = glue.reset_job_bookmark(JobName=job, **to_run)["JobBookmarkEntry"]
    _print_entry(job, entry)


def set_bookmark_to_now(settings: Settings, job: str) -> None:
    """Count every file that is there now as read; what comes after this has returned is new.

    Raises:
        SandboxError: there is no such job, or the caller may not reset its bookmark.
    """
    must_run(settings)
    session = boto3.Session(settings.access_key, settings.secret_key, region_name=settings.region)
    service = BookmarkService(session, settings.endpoint_url)
    try:
        answer = service.ask({"JobName": job, "Action": "set"})
    except RuntimeError as error:
        raise SandboxError(
            f"a Glue job {job} whose bookmark can be set", str(error), "make status, then correct the name"
        ) from error
    # Files that are written from here on bear a later second than those that were there.
    while time.time() * 1000 <= answer["ReadUntil"]:
        time.sleep(0.05)
    out.print(f"{job}: every file that is there now counts as read", markup=False)
    for ctx in answer["Elements"].keys() - {ANY_SOURCE}:
        out.print(f"  {ctx}: a database, unchanged: its rows do not say when they came", markup=False)


@contextmanager
def _missing_bookmark_told(job: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != NOT_FOUND:
            raise
        raise SandboxError(
            f"a bookmark of the job {job}",
            error.response["Error"]["Message"],
            f'make run JOB={job} ARGS="--job-bookmark-option job-bookmark-enable"',
        ) from error


def _print_entry(job: str, entry: Mapping[str, Any]) -> None:
    last = as_it_fits(entry.get("RunId", "none"))
    out.print(f"{job}: version {entry['Version']}, run {entry['Run']}, last run {last}", markup=False)
    elements = json.loads(entry["JobBookmark"])
    if not elements:
        out.print("  nothing counts as read")
    for ctx, state in elements.items():
        out.print(f"  {_described(ctx, state)}", markup=False)


def _described(ctx: str, state: Mapping[str, Any]) -> str:
    name = "any source of files" if ctx == ANY_SOURCE else ctx
    if "keys" in state:
        values = ", ".join(map("{} {}".format, state["keys"], state["values"]))
        return f"{name}: rows up to {values}"
    known = state["timestamps"]
    return f"{name}: files up to {known['CURR_RUN_START_TIME']}"
