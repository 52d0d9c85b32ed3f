"""Programs that make something for a run before it starts, such as pip: each thing is made by one of them."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local_glue.runs.files import LaunchError
from local_glue.runs.process.process import LaunchPlan, Process

_POLL_SECONDS = 0.1

_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@contextmanager
def alone(name: str, check: Callable[[], None]) -> Iterator[None]:
    """Let one run at a time make what has that name; `check` raises when waiting has no more sense."""
    lock = _locks[name]
    while not lock.acquire(timeout=_POLL_SECONDS):
        check()
    try:
        yield
    finally:
        lock.release()


def run_to_end(plan: LaunchPlan, check: Callable[[], None]) -> Process:
    """Return a program that has ended; `check` raises when nobody waits for it any more, which ends it.

    Raises:
        LaunchError: it can't be started.
    """
    try:
        process = Process(plan, on_output=lambda _: None, on_error=lambda _: None)
    except OSError as error:
        raise LaunchError(f"LAUNCH ERROR | {plan.argv[0]} can't be started: {error}") from error

    try:
        while process.wait(_POLL_SECONDS) is None:
            check()
    finally:
        process.kill()
        process.finish()
    return process
