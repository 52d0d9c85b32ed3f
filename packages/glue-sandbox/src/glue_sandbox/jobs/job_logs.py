"""The output of the latest Glue runs, each line with the name of its job and run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glue_sandbox.clients import client
from glue_sandbox.jobs.run_ids import all_jobs, run_of, short
from glue_sandbox.project.script_paths import ScriptPaths
from glue_sandbox.settings import Settings

RUNS_OF_A_JOB = 1


class JobLogs:
    """Yields what the latest runs of every job, or one run, have written since the last look."""

    def __init__(self, settings: Settings, run: str | None = None) -> None:
        """`run` is the begin of an id."""
        self._run = run
        self._paths = ScriptPaths.of(settings.project)
        self._glue = client(settings, "glue")
        self._logs = client(settings, "logs")
        self._tokens: dict[tuple[str, str], str] = {}

    def new_lines(self) -> Iterator[tuple[str, str]]:
        """Yield name and line, in the order in which they were written."""
        events = [
            (f"{run['JobName']} {short(run['Id'])}", event)
            for run in self._runs()
            for event in self._events_of(run)
        ]
        for name, event in sorted(events, key=lambda each: each[1]["timestamp"]):
            yield from ((name, self._paths.in_project(line)) for line in event["message"].splitlines())

    def _runs(self) -> Iterator[Mapping[str, Any]]:
        if self._run:
            yield run_of(self._glue, self._run)
            return
        for job in all_jobs(self._glue):
            yield from self._glue.get_job_runs(JobName=job, MaxResults=RUNS_OF_A_JOB)["JobRuns"]

    def _events_of(self, run: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        group = run.get("LogGroupName")
        for kind in ("output", "error") if group else ():
            yield from self._events(f"{group}/{kind}", run["Id"])

    def _events(self, group: str, stream: str) -> Iterator[dict[str, Any]]:
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

            yield from page["events"]
