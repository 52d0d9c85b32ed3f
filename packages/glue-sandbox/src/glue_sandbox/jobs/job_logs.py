"""The output of the latest Glue runs, each line with the name of its job and run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings

RUNS_OF_A_JOB = 1
RUN_ID_SHOWN = 9
"""Characters of a run's id: `jr_` and six more tell the few that are shown apart."""


class JobLogs:
    """Yields what the latest runs of every job have written since the last look."""

    def __init__(self, settings: Settings) -> None:
        self._glue = client(settings, "glue")
        self._logs = client(settings, "logs")
        self._tokens: dict[tuple[str, str], str] = {}

    def new_lines(self) -> Iterator[tuple[str, str]]:
        """Yield name and line, jobs in their order, output before errors."""
        for page in self._glue.get_paginator("get_jobs").paginate():
            for job in page["Jobs"]:
                runs = self._glue.get_job_runs(JobName=job["Name"], MaxResults=RUNS_OF_A_JOB)["JobRuns"]
                for run in runs:
                    name = f"{job['Name']} {run['Id'][:RUN_ID_SHOWN]}"
                    yield from ((name, line) for line in self._lines(run))

    def _lines(self, run: dict[str, Any]) -> Iterator[str]:
        group = run.get("LogGroupName")
        for kind in ("output", "error") if group else ():
            for message in self._events(f"{group}/{kind}", run["Id"]):
                yield from message.splitlines()

    def _events(self, group: str, stream: str) -> Iterator[str]:
        while True:
            token = self._tokens.get((group, stream))
            try:
                page = self._logs.get_log_events(
                    logGroupName=group,
                    logStreamName=stream,
                    startFromHead=True,
                    **({"nextToken": token} if token else {}),
                )
            except self._logs.exceptions.ResourceNotFoundException:
                return  # nothing was written yet

            self._tokens[group, stream] = page["nextForwardToken"]
            if not page["events"]:
                return

            yield from (event["message"] for event in page["events"])
