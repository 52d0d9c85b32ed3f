"""`--datalake-formats`: table formats that Glue has built in, whose jars a run asks for by name.

As on AWS the jars are all that the option gives: which catalog and which extensions of Spark SQL a run has,
`--conf` or the script's SparkConf says. Source: "Using data lake frameworks with AWS Glue ETL jobs" in the
Glue developer guide.
"""

from collections.abc import Mapping
from pathlib import Path

from local_glue.runs.context import RunContext
from local_glue.runs.files import LaunchError, locations
from local_glue.runs.spark.built_in_jars import Waiting, built_in_jars
from local_glue.runs.spark.installation import Installation

OPTION = "--datalake-formats"
# By what an installation that has a format of its own is known.
_KNOWN_BY = {"delta": "delta-spark*.jar", "hudi": "hudi-spark*.jar", "iceberg": "iceberg-spark*.jar"}
_WITH_PYTHON = "delta-spark"  # its jar holds the Python package `delta`, too


def formats_of(arguments: Mapping[str, str]) -> list[str]:
    """Return the formats that a run asks for.

    Raises:
        LaunchError: there is none of that name.
    """
    formats = list(dict.fromkeys(locations(arguments, OPTION)))
    unknown = next((name for name in formats if name not in _KNOWN_BY), None)
    if unknown is not None:
        known = ", ".join(sorted(_KNOWN_BY))
        raise LaunchError(f"{OPTION} takes {known}, more of them joined by commas, found {unknown!r}.")
    return formats


def format_jars(context: RunContext, installation: Installation) -> list[Path]:
    """Return the jars of the formats that a run asks for and Spark has not.

    Raises:
        LaunchError: there is no such format, its jars can't be fetched, or nobody waits for the run any more.
    """

    def check() -> None:
        if not context.is_wanted():
            raise LaunchError(f"The run was ended while the jars of {OPTION} were fetched.")

    waiting = Waiting(context.tell, check)
    lacking = [name for name in formats_of(context.run.arguments) if not installation.holds(_KNOWN_BY[name])]
    return [jar for name in lacking for jar in built_in_jars(name, context.settings, waiting)]


def python_path(jars: list[Path]) -> list[str]:
    """Return those of the jars that hold a Python package."""
    return [str(jar) for jar in jars if jar.name.startswith(_WITH_PYTHON)]
