"""Control characters as symbols: names, rows and log lines come from others, and must not command a terminal.

An escape sequence in a file's name can set the window's title, write to the clipboard, or hide what stands
before it; a bidirectional control shows a name in another order than it has.
"""

from __future__ import annotations

import re

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_SYMBOLS = 0x2400  # Unicode has a picture of each control character from here on
_UNNAMED = "\ufffd"
_C0 = {code: chr(_SYMBOLS + code) for code in range(0x20) if chr(code) not in "\n\t"}
_C1 = dict.fromkeys(range(0x80, 0xA0), _UNNAMED)  # terminals take these eight-bit forms for ESC and a letter
_BIDIRECTIONAL = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_BREAKS = (0x2028, 0x2029)
_NO_CHARACTERS = range(0xD800, 0xE000)  # parts of bytes that are no text, which no terminal can be sent
_VISIBLE = {
    **_C0,
    **_C1,
    0x7F: chr(0x2421),
    **dict.fromkeys((*_BIDIRECTIONAL, *_LINE_BREAKS, *_NO_CHARACTERS), _UNNAMED),
}
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def visible(text: str) -> str:
    """Return the text with a symbol for each control character but line breaks and tabs."""
    return text.translate(_VISIBLE)


def without_colours(line: str) -> str:
    """Return a log's line without the colours that its program gave it."""
    return _COLOURS.sub("", line)


class VisibleConsole(Console):
    """A console whose own codes are the only ones that reach the terminal, whoever prints what."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> list[Segment]:
        """Return the segments of anything that is printed; styles become codes after this."""
        return [
            segment if segment.control else Segment(visible(segment.text), segment.style)
            for segment in super().render(renderable, options)
        ]
