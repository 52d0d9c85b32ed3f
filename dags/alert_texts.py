"""The words of an alert, for a person at night: what failed, why, which files wait, what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_FILES = 10
MOST_RUNS = 5
LONGEST_WHY = 2000


@dataclass(frozen=True)
class Failure:
    """One failed run, as far as Airflow, Glue and the data bucket know it."""

    run_id: str
    step: str
    why: str
    """The job's own error line; else what Airflow says."""
    waiting: Sequence[str]
    """Keys of the run's stream files that are in landing still."""
    schedule: str | None
    airflow_url: str
    log: str
    """Log groups and stream of the Glue run; empty where the step is no Glue job."""


def failure_text(failure: Failure) -> str:
    """Return the body of the alert."""
    lines = [
        f"A run of music_streaming_pipeline failed in {failure.step}; Airflow has given up on this run.",
        "",
        f"Why:     {failure.why[:LONGEST_WHY]}",
        f"Files:   {waiting_text(failure.waiting)}",
        f"Next:    {next_text(failure)}",
        f"Airflow: {failure.airflow_url}",
    ]
    if failure.log:
        lines.append(f"Log:     CloudWatch Logs {failure.log}")
    return "\n".join([*lines, f"Run:     {failure.run_id}"])


def waiting_text(files: Sequence[str]) -> str:
    """Return which files wait, one a line, the first few by name."""
    if not files:
        return "none of this run waits in landing"
    shown = [f"\n           {name}" for name in files[:MOST_FILES]]
    more = len(files) - len(shown)
    noun = "file waits" if len(files) == 1 else "files wait"
    rest = f"\n           and {more} more" if more else ""
    return f"{len(files)} {noun} in landing, not lost:{''.join(shown)}{rest}"


def next_text(failure: Failure) -> str:
    """Return what happens by itself, and when somebody has to act."""
    if failure.schedule is None:
        when = "the next run, which starts with the next delivery or when somebody triggers it,"
    else:
        when = f"the next run (schedule {failure.schedule}) starts by itself and"
    what = "takes these files up again" if failure.waiting else "does what is left of this one"
    act = "Act only if that fails, too: correct what its log says, then deploy the correction."
    return f"{when} {what}.\n         {act}"


def recovery_text(run_id: str, failed_runs: Sequence[str], results: str) -> str:
    """Return the body of the message that all is well again."""
    failed = "".join(f"\n           {run}" for run in failed_runs[-MOST_RUNS:])
    return "\n".join(
        [
            "A run of music_streaming_pipeline has succeeded: KPIs are up to date. Nothing has to be done.",
            "",
            f"Before:  {len(failed_runs)} failed, the latest:{failed}",
            f"Run:     {run_id}",
            f"Results: {results}",
        ]
    )
