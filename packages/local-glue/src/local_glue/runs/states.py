"""The states of a job run and the ways between them.

Source: "AWS Glue job run statuses" in the Glue developer guide. EXPIRED is not among them: it is for
streaming jobs past their maintenance window.
"""

TRANSITIONS: dict[str, frozenset[str]] = {
    "WAITING": frozenset({"STARTING", "STOPPED", "ERROR"}),
    "STARTING": frozenset({"RUNNING", "STOPPING", "FAILED"}),
    "RUNNING": frozenset({"SUCCEEDED", "FAILED", "TIMEOUT", "STOPPING"}),
    "STOPPING": frozenset({"STOPPED"}),
    "STOPPED": frozenset(),
    "SUCCEEDED": frozenset(),
    "FAILED": frozenset(),
    "TIMEOUT": frozenset(),
    "ERROR": frozenset(),  # its job was deleted before the run could start
}

FINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
ACTIVE = frozenset(TRANSITIONS) - FINAL
# What counts against MaxConcurrentRuns; a run that waits does not.
STARTED = ACTIVE - {"WAITING"}


def can_follow(state: str, following: str) -> bool:
    """Return whether a run may go from one state to another."""
    return following in TRANSITIONS[state]
