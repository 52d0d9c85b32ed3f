"""A run's arguments: which value wins, and what the script sees."""

import random
from collections.abc import Iterator, Mapping

from local_glue.api.glue_api_model import Json


def merge(job: Json, run_arguments: Mapping[str, str]) -> dict[str, str]:
    """Merge by Glue's precedence: default, then run, then non-overridable; sorted by name."""
    merged = {
        **job.get("DefaultArguments", {}),
        **run_arguments,
        **job.get("NonOverridableArguments", {}),
    }
    return {_dashed(name): merged[name] for name in sorted(merged)}


def to_argv(run: Json, arguments: Mapping[str, str]) -> list[str]:
    """Return what follows the script's name in `sys.argv`, in an order that differs from run to run.

    On AWS nobody can foresee the order, so no script may rely on it. A Spark job is told its own name and
    run; a Python shell job isn't, and a session is no job.
    """
    argv: list[str] = []
    if "JobName" in run and run["Definition"]["Command"]["Name"] != "pythonshell":
        own = {"--JOB_NAME": run["JobName"], "--JOB_ID": _job_id(run), "--JOB_RUN_ID": run["Id"]}
        argv += [part for name, value in own.items() if name not in arguments for part in (name, value)]
    shuffled = list(arguments.items())
    random.Random(run["Id"]).shuffle(shuffled)  # noqa: S311 - no secret
    return argv + [part for pair in shuffled for part in pair]


def abbreviations(arguments: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return each argument whose name is the beginning of another's, with that one."""
    return (
        (short, long) for short in arguments for long in arguments if long != short and long.startswith(short)
    )


def _dashed(name: str) -> str:
    return name if name.startswith("--") else f"--{name}"


def _job_id(run: Json) -> str:
    run_id: str = run["Id"]
    return "j_" + run_id.removeprefix("jr_").partition("_")[0]
