"""One event is one line of the log, whatever names of others are in it."""

import logging


class OneLineFormatter(logging.Formatter):
    """Writes control characters as Python does in a string, and indents tracebacks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line without its traceback."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """Return the traceback, no line of which can be taken for an event."""
        text = super().formatException(ei)  # type: ignore[arg-type]
        return "\n".join(f"    {line}" for line in text.splitlines())
