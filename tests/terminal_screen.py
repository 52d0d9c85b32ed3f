"""What stands on a terminal when a program has written to it: lines, as long as the terminal is wide."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\x1b\[([\d;?]*)([A-Za-z])|\r|\n|\x08|[^\x1b\r\n]")
UP, ERASE_LINE, TO_COLUMN = "A", "K", "G"


class Screen:
    """As much of a terminal as our commands use: lines, cursor up, one back, erasing a line; no colours."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[list[str]] = [[]]
        self._row = self._column = 0

    def write(self, text: str) -> None:
        """Take what a program writes."""
        for token in TOKEN.finditer(text):
            code, argument = token[2], token[1]
            if code == UP:
                self._row = max(0, self._row - int(argument or 1))
            elif code == ERASE_LINE:
                self._lines[self._row] = []
            elif code == TO_COLUMN or token[0] == "\r":
                self._column = 0
            elif token[0] == "\b":
                self._column = max(0, self._column - 1)
            elif token[0] == "\n":
                self._next_line()
            elif not code:
                self._put(token[0])

    @property
    def text(self) -> str:
        """What can be read, without the blanks at the ends of lines."""
        return "\n".join("".join(line).rstrip() for line in self._lines).rstrip("\n")

    def _put(self, character: str) -> None:
        if self._column == self._width:
            self._next_line()
        line = self._lines[self._row]
        line += " " * (self._column - len(line))
        line[self._column : self._column + 1] = [character]
        self._column += 1

    def _next_line(self) -> None:
        self._row, self._column = self._row + 1, 0
        if self._row == len(self._lines):
            self._lines.append([])


def shown_on(width: int, text: str) -> str:
    """Return what stands on a terminal of this width when this was written to it."""
    screen = Screen(width)
    screen.write(text)
    return screen.text
