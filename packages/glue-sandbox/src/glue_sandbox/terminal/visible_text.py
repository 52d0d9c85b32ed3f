"""Control characters as symbols: names, rows and log lines come from others, and must not command a terminal.

An escape sequence in a file's name can set the window's title, write to the clipboard, or hide what stands
before it; a bidirectional control shows a name in another order than it has.
"""

from __future__ import annotations

import re
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from glue_sandbox import hints

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
    """A console whose own codes are the only ones that reach the terminal, whoever prints what.

    Of a text that no table holds, lines end between words, and not inside a command.
    """

    def print(self, *objects: Any, crop: bool = False, soft_wrap: bool | None = None, **options: Any) -> None:
        """Print as any console, but leave a word that is longer than a line to the terminal.

        With `soft_wrap` a line goes into a pipe or a file as it is.
        """
        # A terminal would break such a line inside a word.
        is_soft = self.soft_wrap if soft_wrap is None else soft_wrap
        super().print(*objects, crop=crop, soft_wrap=is_soft and not self.is_terminal, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> list[Segment]:
        """Return the segments of anything that is printed; styles become codes after this."""
        options = options or self.options
        if isinstance(renderable, Text) and options.overflow is None and not renderable.no_wrap:
            renderable = _in_lines(renderable, options.max_width)
        return [
            segment if segment.control else Segment(visible(segment.text), segment.style)
            for segment in super().render(renderable, options)
        ]


def _in_lines(text: Text, width: int) -> Text:
    """Return a text with line breaks in the place of blanks, so that its lines are not wrapped any more."""
    lines = text.copy()
    lines.plain = hints.with_spaces("\n".join(_broken(line, width) for line in text.plain.split("\n")))
    lines.no_wrap, lines.overflow = True, "ignore"
    return lines


def _broken(line: str, width: int) -> str:
    done, column = "", 0
    for word in re.findall(r"\s*\S+|\s+$", hints.unbroken(line, width)):
        is_longer = column + cell_len(word) > width
        if done and is_longer and word[0] == " ":
            done, word, column = done + "\n", word[1:], 0
        done, column = done + word, column + cell_len(word)
    return done
