"""What a run asks for that changes nothing here, or not what it seems; said in its error log."""

import re
from collections.abc import Iterator, Mapping

from local_glue.api.glue_api_model import Json
from local_glue.runs.arguments.arguments import abbreviations
from local_glue.runs.log_names import continuous_log

# What Glue's library set has; the jobs' Python here has some of it, whatever the set.
_ANALYTICS = (
    "awswrangler, pandas, numpy, pyathena, PyMySQL, redshift-connector, s3fs, scikit-learn and others"
)
_OF_STUDIO = re.compile(r"No module named '(gs_\w+)'")


def ignored_arguments(run: Json, arguments: Mapping[str, str]) -> Iterator[str]:
    """Return one line for each."""
    if run.get("SecurityConfiguration"):
        yield f"local Glue: security configuration {run['SecurityConfiguration']} is not applied here"

    command = run["Definition"]["Command"]
    if (command["Name"], command["PythonVersion"]) == ("pythonshell", "3"):
        yield "local Glue: AWS takes no new jobs of Python shell 3.6 since March 2026: set PythonVersion 3.9"

    connections = run["Definition"].get("Connections", {}).get("Connections")
    if connections:
        yield f"local Glue: connections {', '.join(connections)} are not used: the network is this machine's"
    if arguments.get("--continuous-log-logGroup") and not continuous_log(run, arguments):
        yield f"local Glue: logs go to {run['LogGroupName']}/output and /error, line by line, as always here"
    if arguments.get("--enable-auto-scaling") == "true":
        yield "local Glue: the run has the cores of this machine, whatever it is scaled to"
    if arguments.get("--enable-lakeformation-fine-grained-access") == "true":
        yield "local Glue: no rule of Lake Formation is applied: the run may read all that its role allows"

    if _is_python_shell(run) and arguments.get("--datalake-formats"):
        yield "local Glue: --datalake-formats is for Spark jobs: a Python shell has no Spark"

    for short, long in abbreviations(arguments):
        yield (
            f"local Glue: WARN: {short} is the beginning of {long}: a script that asks getResolvedOptions "
            f"for {long[2:]} alone gets the value of the one that comes last, and no order is certain. "
            "Rename one."
        )

    if _is_python_shell(run) and arguments.get("--library-set") == "none":
        yield "local Glue: library-set none has no pandas, numpy and pyarrow on AWS, the Python here has them"


def missing_module(run: Json, arguments: Mapping[str, str], error: str) -> Iterator[str]:
    """Return what a script that lacks a module may have counted on.

    AWS has a library set for Python shell jobs, also unasked, and Glue Studio's transforms for Spark jobs.
    """
    if not _is_python_shell(run) and (studio := _OF_STUDIO.search(error)):
        yield (
            f"local Glue: {studio[1]} is a transform of Glue Studio, which AWS publishes nowhere. Write the "
            "step as SQL or with frame.toDF(), or bring a module of that name by --extra-py-files."
        )

    name = arguments.get("--library-set", "analytics")
    if _is_python_shell(run) and name != "none" and "No module named" in error:
        yield (
            f"local Glue: library-set {name} is not the Python here: on AWS it has {_ANALYTICS}; what is "
            "missing here comes by --additional-python-modules"
        )


def _is_python_shell(run: Json) -> bool:
    return bool(run["Definition"]["Command"]["Name"] == "pythonshell")
