"""What a run's arguments hold that its logs must not show."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

MASK = "*****"
_NAME = r"pass(?:word|wd|phrase)|pwd|secret|token|credential|(?:api|access|private)[-_.]?key"
_SECRET_NAME = re.compile(_NAME, re.IGNORECASE)
# In a value that is JSON, a --conf, a JDBC URL or the like: "db_password": "…", spark.my.token=…
_NAMED_WITHIN = re.compile(
    rf"""[\w.-]*(?:{_NAME})[\w.-]*["']?\s*[=:]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"',;&]+))""",
    re.IGNORECASE,
)
# Shorter values, or these, would mask half of the log.
_SHORTEST = 4
_NO_SECRETS = frozenset({"true", "false", "null", "none"})


def secrets_of(arguments: Mapping[str, str]) -> list[str]:
    """Return the values whose names call them secret, in every form that they are printed in. Longest first.

    Of a value of several lines, such as a key file, each line: logs are read line by line.
    """
    values = {value for name, text in arguments.items() for value in _secret_values(name, text)}
    parts = {part.strip() for value in values for part in (value, *value.splitlines())}
    secrets = {part for part in parts if len(part) >= _SHORTEST and part.lower() not in _NO_SECRETS}
    return sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)


def mask(line: str, secret_values: list[str]) -> str:
    """Replace secret values in a line."""
    for value in secret_values:
        line = line.replace(value, MASK)
    return line


def _secret_values(name: str, text: str) -> Iterator[str]:
    if _SECRET_NAME.search(name):
        yield text
    for match in _NAMED_WITHIN.finditer(text):
        in_double_quotes, in_quotes, bare = match.groups()
        yield _unescaped(in_double_quotes) if in_double_quotes is not None else in_quotes or bare or ""


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _forms(secret: str) -> set[str]:
    """Return what tracebacks, JSON, URLs and HTTP headers make of it."""
    return {
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(secret.encode("utf-8", "replace")).decode(),
    }
