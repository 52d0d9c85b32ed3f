"""What others wrote reaches the terminal as text, and commands nothing."""

from __future__ import annotations

import io
import re

import pytest
from rich.table import Table
from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.processes import logs
from glue_sandbox.terminal import console
from glue_sandbox.terminal.visible_text import VisibleConsole, visible

ATTACKS = {
    "title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;cm0gLXJmIC8=\x1b\\",
    "clear": "\x1b[2J\x1b[H",
    "hidden": "\x1b[8mpassword",
    "link": "\x1b]8;;https://evil.example\x1b\\here",
    "eight-bit": "\x9b2J\x9d0;owned\x9c",
    "return": "refused\raccepted",
    "backspace": "refused\x08\x08\x08",
    "reversed": "vsc.\u202ecod.exe\u2066",
    "no text": "\udce9.csv",
    "line": "one\u2028two\x85three",
}
# What rich writes for its own styles.
OWN = re.compile(r"\x1b\[[\d;]*m")


def terminal(file: io.StringIO) -> VisibleConsole:
    return VisibleConsole(file=file, force_terminal=True, width=100, highlight=False, color_system="standard")


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    file = io.StringIO()
    for name in ("out", "err"):
        monkeypatch.setattr(console, name, terminal(file))
    monkeypatch.setattr(logs, "out", console.out)
    return file


def dangerous(printed: str) -> list[str]:
    """What would not be shown as a character."""
    rest = OWN.sub("", printed)
    return re.findall(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", rest
    )


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_of_an_attack_commands_the_terminal_whatever_prints_it(
    attack: str, screen: io.StringIO
) -> None:
    table = Table("name", attack)
    table.add_row(Text(attack), attack, style="red")
    console.out.print(attack, markup=False)
    console.out.print(Text(attack, style="bold"))
    console.out.print(table)
    console.show_error(SandboxError(attack, attack, attack, details=attack))
    logs.print_line("glue", attack + "\n", 8, "cyan")
    with console.step(attack) as running:
        running.result = attack
    printed = screen.getvalue()
    # The status line of a step hides and shows the cursor, with codes of its own.
    assert (
        dangerous(re.sub(r"\x1b\[\??\d*[lhKA]|\r", "", printed) if "return" not in attack else printed) == []
    )


def test_control_characters_are_symbols_and_all_else_stays() -> None:
    assert visible("\x1b[2J\x00\x7f\x9b") == "\u241b[2J\u2400\u2421\ufffd"
    for text in ("Größe 東京 😀 👩‍🚀 naïve\u200d\tx\ny", "│ ✓ …"):
        assert visible(text) == text


def test_a_logs_own_colours_are_left_out(screen: io.StringIO) -> None:
    logs.print_line("airflow", "\x1b[34mINFO\x1b[0m done\n", 8, "cyan")
    assert OWN.sub("", screen.getvalue()) == "airflow  │ INFO done\n"
