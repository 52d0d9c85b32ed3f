"""A script's own last error line, found in the end of what it wrote."""

from __future__ import annotations

import pytest

from local_glue.runs.error_line import error_message, message_of

CASES = {
    "chained": (
        ["Traceback (most recent call last):", '  File "a"', "KeyError: 'x'", "",
         "During handling of the above exception, another exception occurred:", "",
         "Traceback (most recent call last):", '  File "a"', "    f()", "ValueError: last one",
         "26/01/01 WARN later"],
        "ValueError: last one",
    ),
    "syntax": (['  File "a.py", line 1', "    def f(:", "          ^", "SyntaxError: invalid syntax"],
               "SyntaxError: invalid syntax"),
    "group": (
        ["  + Exception Group Traceback (most recent call last):", '  |   File "a.py", line 1, in <module>',
         "  |     raise ExceptionGroup('two', found)", "  | ExceptionGroup: two (2 sub-exceptions)",
         "  +-+---------------- 1 ----------------", "    | Traceback (most recent call last):",
         '    |   File "a.py", line 1', "    | ValueError: inner",
         "    +---------------- 2 ----------------", "    | KeyError: 'x'",
         "    +------------------------------------"],
        "ExceptionGroup: two (2 sub-exceptions)",
    ),
    "after a group": (
        ["  + Exception Group Traceback (most recent call last):", '  |   File "a.py", line 1, in <module>',
         "  | ExceptionGroup: two (2 sub-exceptions)", "  +-+---------------- 1 ----------------", "",
         "During handling of the above exception, another exception occurred:", "",
         "Traceback (most recent call last):", '  File "a"', "ValueError: last one"],
        "ValueError: last one",
    ),
    "java": (
        ["Traceback (most recent call last):", '  File "a"',
         "py4j.protocol.Py4JJavaError: An error occurred while calling o45.save.",
         ": org.apache.spark.SparkException: Job aborted.", "\tat x.y(Z.java)",
         "Caused by: java.io.IOException: No space left on device", "\tat x.y(Z.java)", "\t... 3 more"],
        "py4j.protocol.Py4JJavaError: An error occurred while calling o45.save. "
        "java.io.IOException: No space left on device",
    ),
    "denied by S3": (
        ["Traceback (most recent call last):", '  File "a"',
         "py4j.protocol.Py4JJavaError: An error occurred while calling o45.csv.",
         ": org.apache.spark.SparkException: Job aborted.", "\tat x.y(Z.java)",
         "Caused by: java.nio.file.AccessDeniedException: s3://b/k: open s3://b/k at 0: c.a.E: Forbidden",
         "\tat x.y(Z.java)", "Caused by: c.a.E: Forbidden", "\t... 3 more"],
        "py4j.protocol.Py4JJavaError: An error occurred while calling o45.csv. "
        "java.nio.file.AccessDeniedException: s3://b/k: open s3://b/k at 0: c.a.E: Forbidden",
    ),
    "java only": (
        ['Exception in thread "main" org.apache.spark.SparkException: Bad conf', "\tat x"],
        "org.apache.spark.SparkException: Bad conf",
    ),
    "no error line": (["all is well", "ValueError: printed, not raised"], "Command failed with exit code 5"),
    "nothing": ([], "Command failed with exit code 5"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_last_error_line_is_found(case: str) -> None:
    lines, message = CASES[case]
    assert error_message([lines], 5) == message


def test_the_first_stream_that_tells_wins() -> None:
    other = ["Traceback (most recent call last):", "  x", "KeyError: 1"]
    assert error_message([["WARN noise"], other], 1) == "KeyError: 1"


OF_A_WORKER = """pyspark.errors.exceptions.captured.PythonException:
  An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "job.py", line 5, in <lambda>
ZeroDivisionError: integer division or modulo by zero
"""
OF_JAVA = """py4j.protocol.Py4JJavaError: An error occurred while calling o45.save.
: org.apache.spark.SparkException: Job aborted.
\tat x.y(Z.java)
Caused by: java.io.IOException: No space left on device
"""


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("ValueError: found:\n  a: 1\n\n  b: 2", "ValueError: found:\n  a: 1\n\n  b: 2"),
        (OF_A_WORKER, "ZeroDivisionError: integer division or modulo by zero"),
        (OF_JAVA, "py4j.protocol.Py4JJavaError: An error occurred while calling o45.save. "
                  "java.io.IOException: No space left on device"),
    ],
)  # fmt: skip
def test_the_message_of_an_exception_is_whole_or_that_of_its_cause(exception: str, message: str) -> None:
    assert message_of(exception) == message
