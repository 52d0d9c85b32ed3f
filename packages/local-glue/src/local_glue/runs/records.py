"""The stored record of a job run: made by StartJobRun, changed only along `states.TRANSITIONS`.

A record is what GetJobRun answers, plus `Definition`: the job as it was when the run was started,
so that a change of the job never reaches a run under way.
"""

import secrets
from typing import Any

from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.runs.arguments.arguments import merge
from local_glue.runs.log_names import group_prefix
from local_glue.runs.states import can_follow
from local_glue.store import Documents

KIND = "run"
_FROM_JOB = (
    "MaxCapacity",
    "AllocatedCapacity",
    "WorkerType",
    "NumberOfWorkers",
    "GlueVersion",
    "Timeout",
    "SecurityConfiguration",
    "NotificationProperty",
    "ExecutionClass",
    "MaintenanceWindow",
    "JobRunQueuingEnabled",
    "JobMode",
    "ExecutionRoleSessionPolicy",
)
_CAPACITY = ("MaxCapacity", "AllocatedCapacity", "WorkerType", "NumberOfWorkers")


def new_run(job: Json, params: Json, state: str, now: float) -> Json:
    """Make the record of a run that StartJobRun asks for."""
    run = {name: job[name] for name in _FROM_JOB if name in job}
    if any(name in params for name in _CAPACITY):
        for name in _CAPACITY:
            run.pop(name, None)

    run.update({name: params[name] for name in _FROM_JOB if name in params})
    command = job["Command"]["Name"]
    arguments = merge(job, params.get("Arguments", {}))
    run.update(
        Id=f"jr_{secrets.token_hex(32)}",
        Attempt=0,
        JobName=job["Name"],
        StartedOn=now,
        LastModifiedOn=now,
        JobRunState=state,
        Arguments=params.get("Arguments", {}),
        PredecessorRuns=[],
        ExecutionTime=0,
        LogGroupName=group_prefix(command, arguments),
        Definition=job,
    )

    if state == "WAITING":
        run["StateDetail"] = (
            f"Concurrent runs exceeded for {job['Name']}: the run starts when one of them ends."
        )

    return run


def next_attempt(run: Json, now: float) -> Json:
    """Make the record of a retry; AWS derives its id from that of the first attempt."""
    attempt = run["Attempt"] + 1
    first = run["Id"].removesuffix(f"_attempt_{run['Attempt']}")
    dropped = {"CompletedOn", "DPUSeconds", "ErrorMessage", "RunningSince"}
    record = {name: value for name, value in run.items() if name not in dropped}
    record.update(
        Id=f"{first}_attempt_{attempt}",
        Attempt=attempt,
        PreviousRunId=run["Id"],
        StartedOn=now,
        LastModifiedOn=now,
        JobRunState="STARTING",
        ExecutionTime=0,
    )
    return record


def put(documents: Documents, run: Json) -> None:
    """Store a run below its job."""
    documents.put(KIND, run["Id"], run, parent=run["JobName"])


def change(documents: Documents, run_id: str, state: str, now: float, **fields: Any) -> Json | None:
    """Move a run to a state; None when it is gone or can't go there (then nothing is changed)."""
    run = documents.get(KIND, run_id)
    if run is None or not can_follow(run["JobRunState"], state):
        return None
    run.pop("StateDetail", None)
    run.update(fields, JobRunState=state, LastModifiedOn=now)
    put(documents, run)
    return run


def usage(run: Json, seconds: int) -> Json:
    """Return DPUSeconds, for runs of class FLEX or with auto scaling only: all workers ran to the end."""
    is_scaled = merge(run["Definition"], run["Arguments"]).get("--enable-auto-scaling") == "true"
    has_it = run.get("ExecutionClass") == "FLEX" or is_scaled
    return {"DPUSeconds": float(seconds * run["MaxCapacity"])} if has_it else {}


def to_response(run: Json, now: float) -> Json:
    """Return what GetJobRun answers; the time of a run under way goes on."""
    output = pick_members(run, shape("JobRun"))
    if not output["Arguments"]:
        del output["Arguments"]  # AWS shows those of the run only
    if "RunningSince" in run and "CompletedOn" not in run:
        output["ExecutionTime"] = int(now - run["RunningSince"])
    return output
