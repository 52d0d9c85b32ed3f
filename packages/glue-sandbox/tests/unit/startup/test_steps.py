"""A start does its steps in order, and takes back what it began when one of them fails."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from glue_sandbox.startup.steps import CUT_SHORT, Step, as_ctrl_c, nothing_cuts_short, run_steps


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


@pytest.fixture(params=CUT_SHORT)
def number(request: pytest.FixtureRequest) -> signal.Signals:
    """A signal that is not ignored, as the terminal's end would be under nohup."""
    number: signal.Signals = request.param
    signal.signal(number, signal.default_int_handler)
    return number


def test_whatever_ends_a_command_lets_it_take_back_what_it_began(number: signal.Signals) -> None:
    done: list[str] = []
    handled = signal.getsignal(number)

    def be_ended() -> None:
        try:
            signal.raise_signal(number)
        finally:
            with nothing_cuts_short():
                signal.raise_signal(number)
                done.append("taken back")

    with pytest.raises(KeyboardInterrupt), as_ctrl_c():
        be_ended()
    assert done == ["taken back"]
    assert signal.getsignal(number) is handled


def test_what_a_process_ignores_does_not_end_it_later(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    with as_ctrl_c():
        signal.raise_signal(number)
    assert signal.getsignal(number) == signal.SIG_IGN
