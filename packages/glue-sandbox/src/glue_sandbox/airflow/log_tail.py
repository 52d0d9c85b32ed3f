"""The end of a failed task's log as people read it: the last traceback, and what was said after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

LINES = 20
TRACEBACK_LINES = 12
BEGIN = re.compile(r"^(\s+\+ Exception Group )?Traceback \(most recent call last\):$")
# What stands before an event: its time and place, as Airflow 3 and as Airflow 2 write them.
PREFIX = re.compile(r"^(\d{4}-\d\d-\d\dT\S+ |\[\d{4}-\d\d-\d\dT[^\]]+\] (\{[^}]*\} )?)(INFO )?(- )?")
STDERR = "stderr │ "
NOISE = re.compile(
    r"^(Found (credentials|endpoint) |AWS Connection \(|No connection ID provided|::(end)?group::"
    r"|DAG bundles loaded|Filling up the DagBag|Log message source details)"
)


def log_tail(log: str) -> list[str]:
    """Return the last traceback's end and what follows, or the last lines; none of where keys were found."""
    events = [PREFIX.sub("", line).removeprefix(STDERR).rstrip() for line in log.splitlines()]
    lines = [line for line in events if line and not NOISE.match(line)]
    begins = [number for number, line in enumerate(lines) if BEGIN.match(line)]
    if not begins:
        return lines[-LINES:]

    end = _end_of_traceback(lines, begins[-1])
    traceback = lines[begins[-1] : end]
    if len(traceback) > TRACEBACK_LINES:
        traceback = [traceback[0], "  …", *traceback[2 - TRACEBACK_LINES :]]
    rest = lines[end:]
    room = LINES - len(traceback)
    return traceback + (["…", *rest[1 - room :]] if len(rest) > room else rest)


def _end_of_traceback(lines: Sequence[str], begin: int) -> int:
    """Return the position behind the exception: the first line that is not indented as frames are."""
    following = range(begin + 1, len(lines))
    return next((number + 1 for number in following if not lines[number].startswith((" ", "\t"))), len(lines))
