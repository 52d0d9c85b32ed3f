"""The service's log: one line an event."""

from __future__ import annotations

import io
import logging
import sys

from local_glue.log_format import OneLineFormatter


def test_a_name_of_somebody_else_writes_no_event_of_its_own() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter("%(levelname)s %(message)s"))
    evil = "/k\nERROR all is lost\r\x1b[2J\u2028x"
    try:
        raise ValueError(evil)
    except ValueError:
        error = sys.exc_info()
    handler.handle(logging.LogRecord("n", logging.INFO, "f", 1, "GET %s", (evil,), error))
    first, *rest = stream.getvalue().rstrip("\n").split("\n")
    assert first == "INFO GET /k\\nERROR all is lost\\r\\x1b[2J\\u2028x"
    assert [line for line in rest if not line.startswith("    ")] == []
    assert "    ValueError: /k" in rest
