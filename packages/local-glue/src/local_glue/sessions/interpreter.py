"""Evaluates the statements of an interactive session, one after the other, in the jobs' Python.

Run as the script of the session's run. The file `connection` beside it, read once and deleted, says where the
local Glue service listens and the secret to begin with, once Spark is ready. Then lines of JSON: statements
and cancellations come, one output for each statement goes.
"""

import ast
import io
import json
import queue
import signal
import socket
import sys
import threading
import traceback
from contextlib import redirect_stdout, suppress
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

_FILE = "<stdin>"  # as tracebacks of a session on AWS name the code
_LONGEST_TEXT = 1_000_000
_AGAIN_SECONDS = 0.2


class Interpreter:
    """One namespace. Statements are evaluated in the main thread, `cancel` may come from any other."""

    def __init__(self, namespace: "dict[str, Any]") -> None:
        self._namespace = namespace
        self._lock = threading.Lock()
        self._current: int | None = None
        self._cancelled: set[int] = set()
        # While Spark runs, pyspark's handler: it cancels the jobs, and raises KeyboardInterrupt.
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._interrupt = handler if callable(handler) else signal.default_int_handler
        self._is_interrupted = threading.Event()

    def evaluate(self, number: int, code: str) -> "dict[str, Any]":
        """Return the output of a statement, whatever becomes of it: what it printed, or how it failed."""
        printed, error = io.StringIO(), None
        try:
            with redirect_stdout(printed):
                self._evaluate(number, code)
        except BaseException as caught:  # noqa: BLE001 - also what would end a script
            error = caught
        text = _readable(printed.getvalue())
        output: dict[str, Any] = {"ExecutionCount": number, "Status": "ok", "Data": {"TextPlain": text}}
        if error is not None:
            output.update(
                Status="error",
                ErrorName=type(error).__name__,
                ErrorValue=_readable(str(error)),
                Traceback=[_readable(line) for line in _traceback_of(error)],
            )
        return output

    def cancel(self, number: int) -> None:
        """Interrupt a statement, now or as soon as it begins."""
        with self._lock:
            is_first = number not in self._cancelled
            self._cancelled.add(number)
        # A signal that comes just before the main thread begins to wait is noticed after that: again, then.
        while is_first and self._signal(number):
            if self._is_interrupted.wait(_AGAIN_SECONDS):
                return

    def _signal(self, number: int) -> bool:
        """Send a signal to the main thread if a statement is under way; return whether it is."""
        with self._lock:
            if self._current == number:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            return self._current == number

    def _on_signal(self, number: int, frame: Any) -> None:
        self._is_interrupted.set()
        self._interrupt(number, frame)

    def _evaluate(self, number: int, code: str) -> None:
        try:
            self._is_interrupted.clear()
            signal.signal(signal.SIGINT, self._on_signal)
            with self._lock:
                self._current = number
                is_cancelled = number in self._cancelled
            if is_cancelled:
                raise KeyboardInterrupt
            _execute(code, self._namespace)
        finally:
            self._ignore_interrupts()
            with self._lock:
                self._current = None

    def _ignore_interrupts(self) -> None:
        """From now on: an interrupt that comes too late for its statement must end nothing else."""
        handler = None
        while handler is None:
            with suppress(KeyboardInterrupt):  # it came just now
                handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        if callable(handler) and handler != self._on_signal:
            self._interrupt = handler  # the statement has started Spark again, or set one of its own


def _execute(code: str, namespace: "dict[str, Any]") -> None:
    """Run code as a shell does: of a last line that is an expression, the value is printed."""
    tree = ast.parse(code, _FILE)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, _FILE, "exec"), namespace)  # noqa: S102 - what a session is for
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), _FILE, "eval"), namespace)  # noqa: S307
        sys.displayhook(value)


def _traceback_of(error: BaseException) -> "list[str]":
    frames: TracebackType | None = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != _FILE:
        frames = frames.tb_next  # our own
    return traceback.format_exception(type(error), error, frames)


def _readable(text: str) -> str:
    """Return a text that JSON can carry, of a length that a client can bear."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    cut = len(text) - _LONGEST_TEXT
    return text if cut <= 0 else f"{text[:_LONGEST_TEXT]}\n… and {cut} more characters\n"


def spark_namespace() -> "dict[str, Any]":
    """Start Spark; return the names that a session begins with."""
    from awsglue.context import GlueContext
    from pyspark.context import SparkContext

    spark_context = SparkContext.getOrCreate()
    glue_context = GlueContext(spark_context)
    return {"sc": spark_context, "glueContext": glue_context, "spark": glue_context.spark_session}


def main() -> None:
    """Evaluate statements until the service hangs up."""
    invitation = Path(__file__).with_name("connection")
    port, secret = json.loads(invitation.read_text("utf-8"))
    invitation.unlink()

    names = spark_namespace()
    # Spark ships functions of `__main__` whole: those of statements must be of it.
    module = sys.modules["__main__"] = ModuleType("__main__")
    module.__dict__.update(names)
    interpreter = Interpreter(module.__dict__)
    statements: queue.Queue[dict[str, Any] | None] = queue.Queue()

    with socket.create_connection(("127.0.0.1", port)) as connection:
        requests, outputs = (
            connection.makefile("r", encoding="utf-8"),
            connection.makefile("w", encoding="utf-8"),
        )
        threading.Thread(target=_listen, args=(requests, statements, interpreter), daemon=True).start()
        print(secret, file=outputs, flush=True)
        while statement := statements.get():
            output = interpreter.evaluate(statement["Id"], statement["Code"])
            print(json.dumps(output), file=outputs, flush=True)


def _listen(
    requests: Any, statements: "queue.Queue[dict[str, Any] | None]", interpreter: Interpreter
) -> None:
    for line in requests:
        request = json.loads(line)
        if "Cancel" in request:
            interpreter.cancel(request["Cancel"])
        else:
            statements.put(request)
    statements.put(None)


if __name__ == "__main__":
    main()
