"""Runs the text of Glue scripts one after the other in one Spark session: Spark starts once for all tests.

    python script_runner.py < requests > answers

Started by path in the jobs' Python. A request is a line of JSON with `script` and `argv`, an answer one with
`output` (what the script printed) and `error` (what it raised, with its type).
"""

import contextlib
import io
import json
import sys
import traceback

import pyspark
from pyspark.context import SparkContext
from pyspark.sql import SparkSession


def main() -> None:
    """Answer each request until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    _share_one_context()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_run(request["script"], request["argv"])), file=answers, flush=True)


def _run(script: str, argv: list[str]) -> dict[str, str]:
    printed, error = io.StringIO(), ""
    sys.argv = ["script.py", *argv]
    SparkSession.active().conf.set("spark.sql.caseSensitive", "false")
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(script, "script.py", "exec"), {"__name__": "__main__"})  # noqa: S102
        except Exception as raised:  # noqa: BLE001 - it is the answer
            traceback.print_exc()
            error = f"{type(raised).__name__}: {raised}"
        except SystemExit as ended:
            error = f"SystemExit: {ended.code}" if ended.code else ""
    for _, rdd in SparkSession.active().sparkContext._jsc.getPersistentRDDs().items():
        rdd.unpersist()
    return {"output": printed.getvalue(), "error": error}


def _share_one_context() -> None:
    """Give scripts that make a SparkContext the one that is there."""
    spark = SparkSession.builder.getOrCreate()
    context = spark.sparkContext

    class Shared(SparkContext):
        def __new__(cls, *_args: object, **_options: object) -> SparkContext:  # type: ignore[misc]
            return context

    pyspark.SparkContext = pyspark.context.SparkContext = Shared  # type: ignore[misc]


if __name__ == "__main__":
    main()
