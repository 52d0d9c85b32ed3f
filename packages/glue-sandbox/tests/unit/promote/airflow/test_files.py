"""What a plan says of the files beside the DAG folder: line by line, and no secret of theirs."""

from __future__ import annotations

import io
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.promote.airflow.files import TextChange, text_change


class Bucket:
    """One object, or none."""

    def __init__(self, body: bytes | None) -> None:
        self._body = body

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803 - as AWS names it
        assert (Bucket, Key) == ("b", "f")
        if self._body is None:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self._body)}


def change(before: bytes | None, after: bytes) -> TextChange | None:
    """What writing it would change."""
    bucket: Any = Bucket(before)
    return text_change(bucket, "b", "f", after)


def test_a_file_that_is_not_there_is_new_and_its_comments_are_not_shown() -> None:
    assert change(None, b"#!/bin/sh\n\nexport A=1\n") == TextChange(
        name="f", change="new", lines=("+ export A=1",)
    )


def test_the_same_bytes_are_no_change() -> None:
    assert change(b"export A=1\n", b"export A=1\n") is None


def test_lines_that_differ_are_shown_and_what_goes_by_its_name_alone() -> None:
    old = b"export A=1\nexport SECRET=x\nexport B=1\nread -r 'password'\n$X\n"
    assert change(old, b"export A=1\nexport B=2\n") == TextChange(
        name="f",
        change="changed",
        lines=("- export SECRET", "- export B", "- read", "- a line without a name", "+ export B=2"),
    )


def test_an_address_in_requirements_is_not_shown() -> None:
    new = b"--extra-index-url https://me:secret@host/\nours @ https://me:secret@host/a.whl\npandas==2.2.0\n"
    found = change(b"", new)
    assert found
    assert found.lines == ("+ --extra-index-url", "+ ours", "+ pandas==2.2.0")
