"""What is printed is broken between words only, and never inside a command."""

from __future__ import annotations

import pytest
from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal import console
from glue_sandbox.terminal.visible_text import VisibleConsole

COMMAND = "make recompute FROM=2024-06-25 TO=2024-06-27"
RUN_ID = "manual__2024-06-25T10:00:00.123456+00:00"


@pytest.mark.parametrize("as_text", [False, True])
def test_a_hint_goes_on_in_the_next_line_with_a_whole_command(as_text: bool) -> None:
    narrow = VisibleConsole(width=50, force_terminal=True, highlight=False)
    hint = f"all days are computed; next: {COMMAND}, or later"
    with narrow.capture() as shown:
        narrow.print(Text(hint) if as_text else hint)
    assert shown.get().splitlines() == ["all days are computed; next:", f"{COMMAND}, or", "later"]


def test_what_goes_on_below_a_label_keeps_its_indent() -> None:
    narrow = VisibleConsole(width=40, force_terminal=True, highlight=False)
    with narrow.capture() as shown:
        console.print_hanging(narrow, Text("  Next: "), "nothing has to be done, for all of it works again")
    assert shown.get().splitlines() == [
        "  Next: nothing has to be done, for all",
        "        of it works again",
    ]


def test_a_pipe_gets_such_a_line_whole() -> None:
    pipe = VisibleConsole(width=40, force_terminal=False, highlight=False)
    with pipe.capture() as shown:
        console.print_hanging(pipe, Text("  Next: "), "nothing has to be done, for all of it works again")
    assert shown.get() == "  Next: nothing has to be done, for all of it works again\n"


def test_an_id_that_is_longer_than_a_line_is_left_to_the_terminal() -> None:
    narrow = VisibleConsole(width=30, force_terminal=True, highlight=False)
    with narrow.capture() as shown:
        narrow.print(f"no run is under way; the latest, {RUN_ID}: success")
    assert [line.rstrip() for line in shown.get().splitlines()] == [
        "no run is under way; the",
        "latest,",
        f"{RUN_ID}:",
        "success",
    ]


def test_a_command_that_is_longer_than_a_line_is_broken_between_its_words() -> None:
    assert console.wrapped(f"type {COMMAND}", 30) == ["type make recompute", "FROM=2024-06-25 TO=2024-06-27"]


def test_an_error_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = VisibleConsole(width=60, force_terminal=True, color_system=None, soft_wrap=True)
    monkeypatch.setattr(console, "err", narrow)
    with narrow.capture() as shown:
        console.show_error(SandboxError(f"run {RUN_ID} to succeed", "no", f"watch it, then type {COMMAND}"))
    assert shown.get().splitlines() == [
        "expected run manual__2024-06-25T10:00:00.123456+00:00 to",
        "         succeed",
        "found    no",
        "next     watch it, then type",
        f"         {COMMAND}",
    ]


def test_the_end_of_a_log_is_broken_between_words_too(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = VisibleConsole(width=30, force_terminal=True, color_system=None, soft_wrap=True)
    monkeypatch.setattr(console, "err", narrow)
    with narrow.capture() as shown:
        console.show_error(
            SandboxError("a", "b", "c", details="12:00:00 ERROR Task failed with an exception")
        )
    assert shown.get().splitlines()[:2] == ["  │ 12:00:00 ERROR Task failed", "  │ with an exception"]
