"""What would change in the files beside the DAG folder: MWAA's start-up script and requirements.txt.

What goes is shown by its name alone: a line that somebody wrote by hand may hold a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from glue_sandbox.promote.uploads import read_if_there

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NAMED = re.compile(r"(?:export )?[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?")


class TextChange(BaseModel):
    """A file that would be written, and the lines that differ."""

    model_config = ConfigDict(frozen=True)

    name: str
    change: str
    """new or changed."""
    lines: tuple[str, ...]
    """+ with a line that comes; - with the name of what goes."""


def text_change(s3: S3Client, bucket: str, name: str, body: bytes) -> TextChange | None:
    """Return what writing a file would change; None where it is there as it is."""
    there = read_if_there(s3, bucket, name)
    if there == body:
        return None
    change = "new" if there is None else "changed"
    return TextChange(name=name, change=change, lines=tuple(_different_lines(there or b"", body)))


def _different_lines(old: bytes, new: bytes) -> Iterator[str]:
    before, after = _lines(old), _lines(new)
    for line in before:
        if line not in after:
            found = _NAMED.match(line)
            yield f"- {found[0] if found else 'a line without a name'}"
    for line in after:
        if line not in before:
            yield f"+ {_without_address(line)}"


def _without_address(line: str) -> str:
    """Return a line of requirements without an option's value or a URL, which may hold a password."""
    if line.startswith("-"):
        return line.split()[0].partition("=")[0]
    return line if line.startswith("export ") else line.partition(" @ ")[0]


def _lines(text: bytes) -> list[str]:
    lines = (line.strip() for line in text.decode("utf-8", "replace").splitlines())
    return [line for line in lines if line and not line.startswith("#")]
