"""Reads one delivered CSV file strictly, row by row, in constant memory.

RFC 4180: doubled quotes, commas and newlines inside quotes; LF or CRLF; UTF-8 with or without BOM; `.csv`
or `.csv.gz`. A file that is not that is refused as a whole (`BadFileError`): after the first broken quote
nobody can tell where rows begin. A row with too few or too many fields is only a bad row.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, Optional

from music_streams.contracts import BLANKS, CSV_SUFFIXES, InputFile

ROWS_AT_ONCE = 20_000
BLOCK = 8 * 1024
"""Characters looked at at once."""
MAX_FIELD = 1024 * 1024
"""Characters in one field, and in one line: far above any real title, far below the memory of a job."""
MAX_PIECE = 32 * 1024 * 1024
"""Characters in `ROWS_AT_ONCE` rows: few bytes of gzip may unpack to rows that are long, all of them."""
FIELD_COUNT = "field_count"
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers")
ZIP = b"PK\x03\x04"
"""How a workbook of a spreadsheet program begins, whatever its name is."""
SAVE_AS_CSV = "save it as CSV UTF-8 (comma delimited)"


class BadFileError(Exception):
    """The file is refused; `code` is a short name, the text says what was expected and found."""

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(f"{code}: {explanation}")
        self.code = code


Values = list[Optional[str]]


@dataclass(frozen=True)
class Rows:
    """Some data rows that follow each other, by column: the contract's columns, where the file has them."""

    first: int
    """Number of the first of them; the file's first data row has number 1."""
    columns: "dict[str, Values]"
    problems: Values
    """What is wrong with each row, if anything."""
    raw: Values
    """Each row as CSV, if it has a problem."""

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.problems)


class _Stream(io.RawIOBase):
    """Gives an S3 body the interface Python's decoders read from."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@dataclass
class _Piece:
    """How much of the text was read for the rows that are given next."""

    characters: int = 0


def read_rows(body: Any, key: str, contract: InputFile) -> "Iterator[Rows]":
    """Read the data rows of a CSV file, without blank lines, in pieces of `ROWS_AT_ONCE`.

    Args:
        body: anything with `read(size)` giving bytes, such as the body of an S3 object.
        key: its name; the suffix decides whether it is compressed.
        contract: the columns to take. Header names match trimmed and in any case.

    Raises:
        BadFileError: the file as a whole is refused. Rows given before that must not be used.
    """
    given, records, piece = 0, list[list[str]](), _Piece()
    try:
        lines = _records(_text(body, key), piece)
        header = next(lines, None)
        if header is None:
            raise BadFileError("empty_file", "expected a header line, found nothing")
        positions = _positions(header, contract)

        while True:
            piece.characters = 0
            records = []
            records.extend(islice(lines, ROWS_AT_ONCE))  # keeps what came before an error, to say where it is
            if not records:
                return
            yield _by_column(given + 1, records, len(header), positions)
            given += len(records)
    except UnicodeDecodeError as error:
        what = _bytes_of(error)
        raise BadFileError(
            "not_utf8", f"expected UTF-8, found {what} after row {given + len(records)}"
        ) from error
    except csv.Error as error:
        number = given + len(records)
        raise BadFileError("not_csv", f"expected RFC 4180, found '{error}' after row {number}") from error
    except EOFError as error:
        number = given + len(records)
        raise BadFileError(
            "truncated_gzip", f"expected a whole gzip file, it ends after row {number}"
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        number = given + len(records)
        raise BadFileError("not_gzip", f"expected a gzip file, found '{error}' after row {number}") from error


def separator_of(header: str, required: "tuple[str, ...]") -> Optional[str]:
    """Return the character that separates the required columns of a header in place of the comma, if any."""
    for separator in OTHER_SEPARATORS:
        names = {name.strip(BLANKS).strip('"').lower() for name in header.split(separator)}
        if names.issuperset(required):
            return separator
    return None


def _text(body: Any, key: str) -> "IO[str]":
    raw: Any = io.BufferedReader(_Stream(body), 256 * 1024)
    name = key.rpartition("/")[2]
    if key.lower().endswith(WORKBOOKS):
        raise BadFileError("workbook", f"expected a CSV file, {name!r} is a workbook: {SAVE_AS_CSV}")
    if raw.peek(len(ZIP))[: len(ZIP)] == ZIP:
        raise BadFileError("workbook", f"expected CSV, {name!r} holds a workbook or ZIP: {SAVE_AS_CSV}")
    if key.lower().endswith(".csv.gz"):
        raw = gzip.GzipFile(fileobj=raw, mode="rb")
    elif not key.lower().endswith(CSV_SUFFIXES):
        raise BadFileError("wrong_suffix", f"expected a name ending in .csv or .csv.gz, found {name!r}")
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")


def _records(text: "IO[str]", piece: _Piece) -> "Iterator[list[str]]":
    csv.field_size_limit(MAX_FIELD)
    lines = chain.from_iterable(_blocks(text, piece))
    return filter(None, csv.reader(lines, strict=True))


def _blocks(text: "IO[str]", piece: _Piece) -> "Iterator[Iterator[str]]":
    """Lines, some at a time, so that none costs a call of its own."""
    rest = ""
    while True:
        block = text.read(BLOCK)
        piece.characters += len(block)
        if piece.characters > MAX_PIECE:
            raise csv.Error(f"more than {MAX_PIECE} characters in {ROWS_AT_ONCE} rows")
        rest += block
        end = max(rest.rfind("\n"), rest.rfind("\r")) + 1 if block else len(rest)
        complete, rest = rest[:end], rest[end:]

        lines = io.StringIO(complete, newline="")
        yield lines if "\0" not in complete and len(complete) < MAX_FIELD else _checked(lines)
        if len(rest) >= MAX_FIELD:
            raise csv.Error(f"a line of more than {MAX_FIELD} characters")
        if not block:
            return


def _checked(lines: "Iterator[str]") -> "Iterator[str]":
    for line in lines:
        if "\0" in line:
            raise csv.Error("a NUL byte")
        if len(line) >= MAX_FIELD and not (len(line) == MAX_FIELD and line.endswith("\n")):
            raise csv.Error(f"a line of more than {MAX_FIELD} characters")
        yield line


def _positions(header: "list[str]", contract: InputFile) -> "dict[str, int]":
    names = [name.strip(BLANKS).lower() for name in header]
    found = ", ".join(names)[:300]
    missing = [column for column in contract.required if column not in names]
    separator = separator_of(",".join(header), contract.required) if missing else None
    if separator:
        raise BadFileError(
            "wrong_separator",
            f"expected columns separated by commas, they are by {OTHER_SEPARATORS[separator]}: {SAVE_AS_CSV}",
        )
    if missing:
        raise BadFileError("missing_column", f"expected {', '.join(missing)}, found {found}")
    twice = [column for column in contract.columns if names.count(column) > 1]
    if twice:
        raise BadFileError("duplicate_column", f"expected one column {', '.join(twice)}, found {found}")
    return {column: names.index(column) for column in contract.columns if column in names}


def _by_column(first: int, records: "list[list[str]]", width: int, positions: "dict[str, int]") -> Rows:
    problems: Values = [None] * len(records)
    raw: Values = [None] * len(records)
    of_width: list[Any] = records

    odd = [at for at, fields in enumerate(records) if len(fields) != width]
    if odd:
        of_width = list(records)
        for at in odd:
            problems[at], raw[at] = FIELD_COUNT, _as_csv(records[at])
            of_width[at] = [*records[at][:width], *[None] * (width - len(records[at]))]

    columns = list(zip(*of_width))
    return Rows(first, {name: list(columns[at]) for name, at in positions.items()}, problems, raw)


def _as_csv(fields: "list[str]") -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.getvalue()


def _bytes_of(error: UnicodeDecodeError) -> str:
    return "byte 0x" + error.object[error.start : error.start + 1].hex()
