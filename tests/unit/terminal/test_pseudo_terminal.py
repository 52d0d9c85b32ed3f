"""What tests of a terminal see of a command: its screen, its end, and how long it said nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pseudo_terminal import Watched, watch
from terminal_screen import shown_on


def watched(script: str, seconds: float = 20, width: int = 20) -> Watched:
    return watch(["sh", "-c", script], width, {"PATH": os.environ["PATH"]}, Path.cwd(), seconds)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a\r\nb\r\n", "a\nb"),
        ("abcdefgh\r\n", "abcdef\ngh"),
        ("three\r\n\x1b[1A\x1b[2Ktwo\r\n", "two"),
        ("\x1b[31mred\x1b[0m \x1b[?25l\r\n", "red"),
        ("12345\rab\r\n", "ab345"),
        ("ab|\b/\bc\r\n", "abc"),
    ],
    ids=["lines", "a long line", "a line written anew", "colours", "overwritten", "one back"],
)
def test_what_stands_on_a_terminal_of_six_columns(written: str, seen: str) -> None:
    assert shown_on(6, written) == seen


def test_the_longest_silence_is_told_with_what_came_before_it() -> None:
    done = watched("echo one; sleep 0.6; echo two; exit 3")
    assert (done.screen, done.code, done.said_before) == ("one\ntwo", 3, "one\r\n")
    assert done.longest_silence >= 0.5


def test_a_command_finds_a_terminal_of_the_width_that_was_asked_for() -> None:
    assert watched("stty size", width=60).screen == "50 60"


def test_a_command_that_does_not_end_is_killed_and_named() -> None:
    with pytest.raises(TimeoutError, match=r"had not ended after 0\.2 s"):
        watched("exec cat", seconds=0.2)
