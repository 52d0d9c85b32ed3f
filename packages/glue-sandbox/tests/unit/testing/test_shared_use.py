"""Several sessions of tests at once share one sandbox, which is the last one's to stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from glue_sandbox.testing.shared_use import shared_use


class Sandbox:
    """A sandbox that only notes what is done to it."""

    def __init__(self, state: Path) -> None:
        self.state, self.running, self.done = state, "", list[str]()

    def start(self) -> None:
        self.done.append("start")
        self.running = self.running or f"number {len(self.done)}"

    def stop(self) -> None:
        self.done.append("stop")
        self.running = ""

    def session(self, start: Callable[[], None] | None = None) -> ExitStack:
        """A session of tests that has begun; each has its own open files, as processes have."""
        with ExitStack() as stack:
            stack.enter_context(shared_use(self.state, lambda: self.running, start or self.start, self.stop))
            return stack.pop_all()


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


@pytest.mark.parametrize("first_to_end", [0, 1])
def test_the_last_session_stops_what_the_first_has_started(sandbox: Sandbox, first_to_end: int) -> None:
    sessions = [sandbox.session(), sandbox.session()]
    sessions.pop(first_to_end).close()
    assert sandbox.done == ["start", "start"]
    sessions.pop().close()
    assert sandbox.done == ["start", "start", "stop"]


def test_a_sandbox_that_ran_before_goes_on(sandbox: Sandbox) -> None:
    sandbox.session().close()  # what an earlier session has started is not the one of today
    sandbox.running = "by hand"
    with sandbox.session():
        pass
    assert sandbox.done == ["start", "stop", "start"]


def test_what_a_killed_session_has_left_is_stopped_by_the_next(sandbox: Sandbox) -> None:
    sandbox.session().close()
    sandbox.running = "number 1"
    with sandbox.session():
        pass
    assert sandbox.running == ""


def test_a_start_that_failed_leaves_nothing_running_but_what_ran_before(sandbox: Sandbox) -> None:
    def broken() -> None:
        sandbox.running = sandbox.running or "half"
        raise RuntimeError("the DAG has an error")

    with suppress(RuntimeError), sandbox.session(broken):
        pass
    assert (sandbox.done, sandbox.running) == (["stop"], "")
    sandbox.running = "by hand"
    with pytest.raises(RuntimeError), sandbox.session(broken):
        pass
    assert sandbox.running == "by hand"
