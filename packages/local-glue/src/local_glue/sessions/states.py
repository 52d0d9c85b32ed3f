"""The states of an interactive session and of its statements, and the ways between them.

Source: `SessionStatus` and `StatementState` in the Glue API reference. A statement whose code raised is
AVAILABLE, with an output that says so: ERROR is for what could not be evaluated, which ends the session here.
"""

SESSION: dict[str, frozenset[str]] = {
    "PROVISIONING": frozenset({"READY", "STOPPING", "FAILED", "TIMEOUT"}),
    "READY": frozenset({"STOPPING", "FAILED", "TIMEOUT"}),
    "STOPPING": frozenset({"STOPPED"}),
    "STOPPED": frozenset(),
    "FAILED": frozenset(),
    "TIMEOUT": frozenset(),
}
STATEMENT: dict[str, frozenset[str]] = {
    "WAITING": frozenset({"RUNNING", "CANCELLED"}),
    "RUNNING": frozenset({"AVAILABLE", "CANCELLING"}),
    "CANCELLING": frozenset({"CANCELLED", "AVAILABLE"}),  # it may have come to its end before
    "AVAILABLE": frozenset(),
    "CANCELLED": frozenset(),
}

ENDED = frozenset(state for state, following in SESSION.items() if not following)
# Which have, or will have, a process.
ALIVE = frozenset(SESSION) - ENDED
