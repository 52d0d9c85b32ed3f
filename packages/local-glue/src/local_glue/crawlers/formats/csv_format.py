"""The built-in CSV classifier of AWS's crawlers: delimiter, header, types.

Source: "Built-in CSV classifier" in the Glue developer guide.
"""

import csv
import io

from local_glue.crawlers.formats import types
from local_glue.crawlers.formats.schema import Schema

_DELIMITERS = ",|\t;\x01"
_SAMPLE_ROWS = 1000
_MAX_NAME_LENGTH = 150


def classify_csv(text: str) -> Schema | None:
    """Take the first delimiter that cuts all rows alike: at least two rows of at least two columns."""
    for delimiter in _DELIMITERS:
        try:
            rows = _rows(text, delimiter)
        except csv.Error:
            continue
        if len(rows) > 1 and len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows):
            return _schema(rows, delimiter, len(text.encode()), text.count("\n"))
    return None


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if row:
            rows.append(row)
            if len(rows) > 1 and len(row) != len(rows[0]):
                break
        if len(rows) > _SAMPLE_ROWS:
            break
    return rows


def _schema(rows: list[list[str]], delimiter: str, size: int, lines: int) -> Schema:
    head, body = rows[0], rows[1:]
    body_types = [types.from_text([row[number] for row in body]) for number in range(len(head))]
    has_header = _is_header(head, body)
    if has_header:
        names = [name.strip().lower() or f"col{number}" for number, name in enumerate(head)]
        columns = dict(zip(names, body_types, strict=True))
    else:
        columns = {
            f"col{number}": types.from_text([row[number] for row in rows]) for number in range(len(head))
        }

    return Schema(
        "csv",
        columns,
        delimiter=delimiter,
        has_header=has_header,
        records=max(lines, len(rows)),
        record_bytes=size,
    )


def _is_header(head: list[str], body: list[list[str]]) -> bool:
    """Names that are unique texts, above at least one row with a value that is not text.

    The last name may be of any length, and empty when its column is: rows may end in a delimiter.
    """
    names = [name.strip() for name in head]
    if not names[-1] and not any(row[-1].strip() for row in body):
        names.pop()
    return (
        all(name and types.from_text([name]) == "string" for name in names)
        and all(len(name) < _MAX_NAME_LENGTH for name in names[: len(head) - 1])
        and len({name.lower() for name in names}) == len(names)
        and any(types.from_text([value]) not in ("string", types.NULL) for row in body for value in row)
    )
