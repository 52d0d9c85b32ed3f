"""Names of a run's log groups and streams, as Glue and its clients expect them.

A Spark job's own stdout and stderr are in `/output`; Spark's logs, and GlueLogger's, are in `/error`.
Source: "Logging for AWS Glue jobs" in the Glue developer guide.
"""

import re
from collections.abc import Mapping

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.jobs.capacity_rules import version_number

_GROUPS = {"pythonshell": "/aws-glue/python-jobs"}
_SPARK_GROUP = "/aws-glue/jobs"
_LAST_WITH_CONTINUOUS = 4
_PREFIX = re.compile(r"[^:*]{1,400}")


def group_prefix(command: str, arguments: Mapping[str, str]) -> str:
    """Return what comes before `/output` and `/error`; GetJobRun shows it as LogGroupName."""
    if command in _GROUPS:
        return _GROUPS[command]
    return _checked(arguments, "--custom-logGroup-prefix").rstrip("/") or _SPARK_GROUP


def stream_name(command: str, run_id: str, arguments: Mapping[str, str]) -> str:
    """Return the stream's name: the run's id, unless the job names a prefix for its driver's."""
    prefix = "" if command in _GROUPS else _checked(arguments, "--custom-logStream-prefix")
    return f"{prefix}-driver" if prefix else run_id


def continuous_log(run: Json, arguments: Mapping[str, str]) -> tuple[str, str] | None:
    """Return group and stream of the driver's continuous log, for the versions and runs that have one.

    From Glue 5.0 on, all logs are continuous, and the options for this one change nothing.
    """
    has_one = (
        run["Definition"]["Command"]["Name"] not in _GROUPS
        and version_number(run.get("GlueVersion", "")) <= _LAST_WITH_CONTINUOUS
        and arguments.get("--enable-continuous-cloudwatch-log") == "true"
    )
    if not has_one:
        return None
    prefix = arguments.get("--continuous-log-logStreamPrefix") or run["Id"]
    return arguments.get("--continuous-log-logGroup") or f"{_SPARK_GROUP}/logs-v2", f"{prefix}-driver"


def check_names(command: str, arguments: Mapping[str, str]) -> None:
    """Raise InvalidInputException for prefixes that CloudWatch Logs would not take."""
    group_prefix(command, arguments)
    stream_name(command, "", arguments)


def _checked(arguments: Mapping[str, str], option: str) -> str:
    prefix = arguments.get(option, "")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise InvalidInputException(f"{option} takes up to 400 characters without : and *, found {prefix!r}.")
    return prefix
