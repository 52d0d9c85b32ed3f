"""What of AWS's library is not here: its name, and what to use instead."""

import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import awsglue

if TYPE_CHECKING:
    from local_glue.dynamicframe.catalog import Table

STREAMS = ("kinesis", "kafka")
_INSTEAD = {
    "read": 'read with Spark itself, as in spark.read.parquet("s3://bucket/"), then DynamicFrame.fromDF',
    "write": 'write with Spark itself, as in frame.toDF().write.mode("append").parquet("s3://bucket/prefix/")',
    "stream": (
        'read a sample of its records from files, as in spark.read.json("s3://bucket/sample/"), and give '
        "that to the function that takes a batch"
    ),
    "other": "use Spark or boto3 for it",
}

refused: list[str] = []
"""What a script was refused: its run can't succeed any more, whatever the script catches."""


def unsupported(reason: str) -> NotImplementedError:
    """Return the error to raise for something that is not here, and note it for the run."""
    refused.append(reason)
    return NotImplementedError(reason)


def refuse_source(connection_type: str) -> NoReturn:
    """Refuse to read from a connection of a type that is not here.

    Raises:
        NotImplementedError: always.
    """
    refuse(connection_type, "stream" if connection_type.lower() in STREAMS else "")


def refuse_format_table(table: "Table", instead: str) -> NoReturn:
    """Refuse a call for a table that is Iceberg's, Delta's or Hudi's.

    Raises:
        NotImplementedError: always; names the format, and what to do instead.
    """
    raise unsupported(
        f"{_called_by_script()} for the {table.table_format.capitalize()} table {table.full_name} is not "
        f"here. Instead start the job with --datalake-formats {table.table_format} and {instead}."
    )


def refuse_files_of_format_table(table: "Table", instead: str) -> NoReturn:
    """Refuse to delete or move files behind the back of a table that is Iceberg's, Delta's or Hudi's.

    Raises:
        NotImplementedError: always; names the format, and what to do instead.
    """
    raise unsupported(
        f"{_called_by_script()} for the {table.table_format.capitalize()} table {table.full_name} is not "
        f"here: the table would still name the files. Instead {instead}."
    )


def refuse(detail: str = "", kind: str = "") -> NoReturn:
    """Refuse a call of what is not here; by its name the advice is found, unless the kind is given.

    Raises:
        NotImplementedError: always; names what was called, and what to call instead.
    """
    called = _called_by_script()
    what = f"{called} for {detail!r}" if detail else called
    raise unsupported(
        f"{what} is not here. Instead {_INSTEAD[kind or _kind(called)]}; or run this job on AWS."
    )


def _called_by_script() -> str:
    """Return the function of awsglue that the script called: the outermost one on the stack."""
    folders = {str(Path(folder).resolve()) for folder in awsglue.__path__}
    called = "This part of awsglue"
    frame: FrameType | None = sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename).resolve()
        if folders & {str(parent) for parent in path.parents} and frame.f_code.co_name[:1] != "_":
            called = _name_of(frame)
        frame = frame.f_back
    return called


def _name_of(frame: FrameType) -> str:
    owner = frame.f_locals.get("self", frame.f_locals.get("cls"))
    owner = owner if isinstance(owner, type) else type(owner)
    name = frame.f_code.co_name
    return name if owner is type(None) else f"{owner.__name__}.{name}"


def _kind(called: str) -> str:
    owner, _, name = called.rpartition(".")
    text = f"{owner} {name}".lower()
    if "write" in text or "sink" in text:
        return "write"
    return "read" if any(word in text for word in ("read", "create", "source")) else "other"
