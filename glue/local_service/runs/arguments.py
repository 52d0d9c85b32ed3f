"""A run's arguments: which value wins, what the script sees, what must not be shown."""

import re
from collections.abc import Mapping

from local_service.model import Json

_SECRET_NAME = re.compile(r"password|passwd|secret|token", re.IGNORECASE)
# Shorter values would mask half of the log.
_SHORTEST_SECRET = 4
MASK = "*****"


def merge(job: Json, run_arguments: Mapping[str, str]) -> dict[str, str]:
    """Merge by Glue's precedence: default, then run, then non-overridable; sorted by name."""
    merged = {
        **job.get("DefaultArguments", {}),
        **run_arguments,
        **job.get("NonOverridableArguments", {}),
    }
    return {_dashed(name): merged[name] for name in sorted(merged)}


def to_argv(run: Json, arguments: Mapping[str, str]) -> list[str]:
    """Give what follows the script's name in `sys.argv`.

    A Spark job is told its own name and run; a Python shell job isn't (boto3 issue 3506).
    """
    argv: list[str] = []
    if run["Definition"]["Command"]["Name"] != "pythonshell":
        own = {"--JOB_NAME": run["JobName"], "--JOB_ID": _job_id(run), "--JOB_RUN_ID": run["Id"]}
        argv += [part for name, value in own.items() if name not in arguments for part in (name, value)]
    return argv + [part for name, value in arguments.items() for part in (name, value)]


def secrets_of(arguments: Mapping[str, str]) -> list[str]:
    """Give the values that logs must not show: those whose names say so. Longest first.

    Of a value of several lines, such as a key file, each line: logs are read line by line.
    """
    values = [value for name, value in arguments.items() if _SECRET_NAME.search(name)]
    parts = {part.strip() for value in values for part in (value, *value.splitlines())}
    return sorted((part for part in parts if len(part) >= _SHORTEST_SECRET), key=len, reverse=True)


def mask(line: str, secret_values: list[str]) -> str:
    """Replace secret values in a line."""
    for value in secret_values:
        line = line.replace(value, MASK)
    return line


def _dashed(name: str) -> str:
    return name if name.startswith("--") else f"--{name}"


def _job_id(run: Json) -> str:
    run_id: str = run["Id"]
    return "j_" + run_id.removeprefix("jr_").partition("_")[0]
