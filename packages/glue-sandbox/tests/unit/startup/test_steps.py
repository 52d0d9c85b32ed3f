"""A start does its steps in order, and takes back what it began when one of them fails."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from glue_sandbox.startup.steps import CUT_SHORT, Step, run_steps


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in CUT_SHORT}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def recorded(done: list[str], name: str, error: BaseException | None = None) -> Step:
    def do() -> str:
        done.append(name)
        if error:
            raise error
        return f"{name} is there"

    return Step(do, f"step {name}", undo=lambda: done.append(f"no {name}"))


def test_steps_are_done_in_order_and_say_what_came_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    run_steps([recorded(done, "a"), Step(lambda: done.append("silent")), recorded(done, "b")])
    assert done == ["a", "silent", "b"]
    lines = [line.split(" (")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["✓ step a: a is there", "✓ step b: b is there"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_what_was_begun_is_taken_back_last_first_and_nothing_else(error: BaseException) -> None:
    done: list[str] = []
    steps = [recorded(done, "a"), recorded(done, "b"), recorded(done, "c", error), recorded(done, "d")]
    with pytest.raises(type(error)):
        run_steps(steps)
    assert done == ["a", "b", "c", "no c", "no b", "no a"]


def test_a_second_ctrl_c_does_not_cut_the_way_back_short() -> None:
    done: list[str] = []

    def undo() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("undone")

    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_steps([Step(fail, undo=undo)])
    assert done == ["undone"]
