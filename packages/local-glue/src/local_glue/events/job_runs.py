"""Events of job runs: how one ended, and that one takes longer than its job's NotifyDelayAfter."""

from local_glue.api.glue_api_model import Json
from local_glue.events.event import Event, milliseconds_text

_SEVERITIES = {"SUCCEEDED": "INFO", "FAILED": "ERROR", "TIMEOUT": "WARN", "STOPPED": "INFO"}
_MESSAGES = {
    "SUCCEEDED": "Job run succeeded",
    "FAILED": "JobName:{JobName} and JobRunId:{Id} failed to execute with exception {ErrorMessage}",
    "TIMEOUT": "Job run timed out",
    "STOPPED": "Job run stopped",
}


def job_state_change(run: Json) -> list[Event]:
    """Return the event of a run's end; none of other states, nor of ERROR, for which AWS documents none."""
    state = run["JobRunState"]
    if state not in _MESSAGES:
        return []

    message = _MESSAGES[state].format_map({"ErrorMessage": "no message", **run})
    detail = {
        "jobName": run["JobName"],
        "severity": _SEVERITIES[state],
        "state": state,
        "jobRunId": run["Id"],
        "message": message,
    }
    return [Event("Glue Job State Change", detail)]


def job_run_status(run: Json) -> Event:
    """Return the event of a run that goes on for longer than it was expected to."""
    state = run["JobRunState"]
    detail = {
        "jobName": run["JobName"],
        "severity": "INFO",
        "notificationCondition": {"NotifyDelayAfter": float(run["NotificationProperty"]["NotifyDelayAfter"])},
        "state": state,
        "jobRunId": run["Id"],
        "message": f"Job is in {state} state",
        "startedOn": milliseconds_text(run["StartedOn"]),
    }
    return Event("Glue Job Run Status", detail)
