"""What a statement evaluates to; without Spark, which this needs nothing of."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from local_glue.sessions import interpreter as interpreters
from local_glue.sessions.interpreter import Interpreter


@pytest.fixture
def interpreter() -> Iterator[Interpreter]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield Interpreter({"answer": 42})
    signal.signal(signal.SIGINT, before)


def error_of(output: dict[str, Any]) -> tuple[str, str]:
    assert output["Status"] == "error"
    return output["ErrorName"], output["ErrorValue"]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("", ""),
        ("x = 1", ""),
        ("answer", "42\n"),
        ("None", ""),
        ("'a'\n'b'", "'b'\n"),
        ("print('a')\nfor n in range(2):\n    n", "a\n"),
        ("print('\\ud800')", "\\ud800\n"),
    ],
)
def test_what_is_printed_and_the_last_value_is_the_output(
    interpreter: Interpreter, code: str, printed: str
) -> None:
    assert interpreter.evaluate(3, code) == {
        "Data": {"TextPlain": printed},
        "ExecutionCount": 3,
        "Status": "ok",
    }


def test_statements_share_their_names(interpreter: Interpreter) -> None:
    interpreter.evaluate(0, "def next_of(n):\n    return n + 1")
    assert interpreter.evaluate(1, "next_of(answer)")["Data"] == {"TextPlain": "43\n"}


def test_an_error_shows_the_code_and_no_frame_of_ours(interpreter: Interpreter) -> None:
    output = interpreter.evaluate(0, "print('before')\n{}['key']")
    assert error_of(output) == ("KeyError", "'key'")
    assert output["Data"] == {"TextPlain": "before\n"}
    assert output["Traceback"] == [
        "Traceback (most recent call last):\n",
        '  File "<stdin>", line 2, in <module>\n',
        "KeyError: 'key'\n",
    ]


@pytest.mark.parametrize(
    ("code", "error"), [("1 +", "SyntaxError"), ("exit(3)", "SystemExit"), ("\0", "SyntaxError")]
)
def test_nothing_that_a_statement_does_ends_the_session(
    interpreter: Interpreter, code: str, error: str
) -> None:
    assert interpreter.evaluate(0, code)["ErrorName"] == error
    assert interpreter.evaluate(1, "answer")["Status"] == "ok"


def test_a_long_output_is_cut(interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "_LONGEST_TEXT", 3)
    assert interpreter.evaluate(0, "'abcdef'")["Data"] == {"TextPlain": "'ab\n… and 6 more characters\n"}


@pytest.mark.timeout(30)
def test_a_statement_is_cancelled_while_it_runs_or_before_and_no_other_is(interpreter: Interpreter) -> None:
    begun = threading.Event()
    interpreter.evaluate(0, "names = {}")
    interpreter._namespace["begun"] = begun

    def cancel_when_begun() -> None:
        assert begun.wait(10)
        interpreter.cancel(1)
        interpreter.cancel(1)

    cancelling = threading.Thread(target=cancel_when_begun)
    cancelling.start()
    output = interpreter.evaluate(1, "import time\nbegun.set()\ntime.sleep(60)")
    cancelling.join()
    assert error_of(output)[0] == "KeyboardInterrupt"

    interpreter.cancel(1)  # too late
    assert interpreter.evaluate(2, "answer")["Status"] == "ok"
    interpreter.cancel(3)  # too early
    assert error_of(interpreter.evaluate(3, "answer"))[0] == "KeyboardInterrupt"
    assert interpreter.evaluate(4, "answer")["Status"] == "ok"
