"""In which line of the project file a key stands: the parser of TOML does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

HEADER = re.compile(r"^\s*\[{1,2}(.+?)\]{1,2}\s*(#.*)?$")
KEY = re.compile(r"^\s*([^#=\[\]{}]+?)\s*=")


def with_line(found: str, text: str, key: str | Sequence[str | int]) -> str:
    """Return what was found, with the line of the key in the file's text; or of the table that lacks it."""
    parts = tuple(key.split(".")) if isinstance(key, str) else tuple(map(str, key))
    line = line_of(text, parts)
    return f"{found} (line {line})" if line else found


def line_of(text: str, key: Sequence[str]) -> int | None:
    """Return the line of a key or of the innermost table round it; None if the file has neither."""
    best, length = None, 0
    for number, path in _places(text):
        if path == tuple(key[: len(path)]) and len(path) > length:
            best, length = number, len(path)
    return best


def _places(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line and path of each table and of each key at the begin of a line."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            table = _path(header[1]) or table
            yield number, table
        elif key := KEY.match(line):
            path = _path(key[1])
            if path:
                yield number, (*table, *path)


def _path(name: str) -> tuple[str, ...]:
    """`jobs.define."my.job"` -> its three names; none for what is no key, such as a line of a longer text."""
    try:
        content = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    names = []
    while isinstance(content, dict):
        ((each, content),) = content.items()
        names.append(each)
    return tuple(names)
