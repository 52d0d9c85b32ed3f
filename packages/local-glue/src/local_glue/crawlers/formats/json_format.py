"""The built-in JSON classifier of AWS's crawlers: objects in a row, each on one line or more; or arrays.

A document that is an array becomes one column named `array`, as on AWS.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from local_glue.crawlers.formats import types
from local_glue.crawlers.formats.schema import Schema

_BLANK = re.compile(r"\s*")
_NEXT_DOCUMENT = re.compile(r"^[{\[]", re.MULTILINE)
_ARRAY = "array"


def classify_json(text: str, is_whole: bool) -> Schema | None:
    """Return the columns of all documents in a text; the last may be cut off when the text isn't whole."""
    columns: dict[str, str] = {}
    paths: dict[str, str] = {}
    records = end = 0

    try:
        for document, end in _documents(text, is_whole):  # noqa: B007 - end is used below
            row = {_ARRAY: document} if isinstance(document, list) else document
            if not isinstance(row, dict):
                return None
            records += 1
            for name, value in row.items():
                key = name.lower()
                paths.setdefault(key, name)
                columns[key] = types.wider(columns.get(key, types.NULL), types.from_json(value))
    except (ValueError, RecursionError):
        return None

    if not columns:
        return None

    size = len(text[:end].encode("utf-8", "replace"))
    return Schema("json", columns, paths=paths, records=records, record_bytes=size)


def _documents(text: str, is_whole: bool) -> Iterator[tuple[Any, int]]:
    decoder, at = json.JSONDecoder(), _end_of_blank(text, 0)
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except ValueError:
            # The last document may be cut off; one before others is broken.
            if is_whole or _NEXT_DOCUMENT.search(text, at + 1):
                raise
            return
        at = _end_of_blank(text, at)
        yield document, at


def _end_of_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
