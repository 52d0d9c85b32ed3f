"""The page: one row for each transform, method, connection and format of AWS, with what is answered here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from glue_service.servers import ROOT

from frame_coverage.code import AWSGLUE, HERE, connection_types, constant, methods, missing_calls, tree

PAGE = ROOT / "docs" / "dynamicframe-coverage.md"
_HEAD = """\
# What of AWS's DynamicFrame library is here

Made by `packages/local-glue/tests/frame_coverage` from the code of AWS's package and of ours. No cell is
hand-made, and a test fails when the page is out of date. `yes`: all that it calls in Glue's Java half is
answered. How it behaves, and what was chosen where AWS is silent: [dynamicframes.md](dynamicframes.md).
"""
# What the Glue developer guide names; what of it is here is read off our code.
_CONNECTIONS = (
    *("s3", "file", "hdfs", "parquet", "orc", "dynamodb", "mysql", "postgresql", "sqlserver", "oracle"),
    *("redshift", "custom.jdbc", "marketplace.jdbc", "custom.spark", "marketplace.spark", "custom.athena"),
    *("marketplace.athena", "kafka", "kinesis", "mongodb", "documentdb", "opensearch", "snowflake"),
    *("bigquery", "azurecosmos", "azuresql", "saphana", "teradata", "vertica"),
)
_FORMATS = (
    *("csv", "json", "parquet", "glueparquet", "orc", "avro", "xml", "ion", "grokLog"),
    *("hudi", "iceberg", "delta"),
)
_CLASSES = (
    ("dynamicframe.py", "DynamicFrame"),
    ("dynamicframe.py", "DynamicFrameCollection"),
    ("dynamicframe.py", "DynamicFrameReader"),
    ("dynamicframe.py", "DynamicFrameWriter"),
    ("context.py", "GlueContext"),
    ("data_source.py", "DataSource"),
    ("data_sink.py", "DataSink"),
    ("job.py", "Job"),
)


def page() -> str:
    """Return the text of docs/dynamicframe-coverage.md."""
    return "\n".join([_HEAD, *_connections(), *_formats(), *_transforms(), *_methods()])


def missing_methods() -> dict[str, list[str]]:
    """Return the methods of AWS's classes that are not here: name → what they call in vain."""
    return {
        f"{owner}.{name}": missing
        for file, owner in _CLASSES
        for name, text in methods(AWSGLUE / file, owner).items()
        if (missing := missing_calls(text))
    }


def _connections() -> Iterator[str]:
    read, write = connection_types("getSource"), connection_types("getSink")
    rows = [(name, _yes(name in read), _yes(name in write)) for name in _CONNECTIONS]
    yield from _table("Connection types", ("connection_type", "read", "write"), rows)


def _formats() -> Iterator[str]:
    read = set(constant("sources/reading.py", "FORMATS"))
    write = {*constant("sinks/files.py", "_FORMATS"), *constant("sinks/files.py", "_GLUES_OWN")}
    unboxed = set(re.findall(r'text_format [!=]= "(\w+)"', (HERE / "transforms/unbox.py").read_text()))
    rows = [
        (
            name,
            _yes(name in read),
            _yes(name in write),
            _yes(name in unboxed),
        )
        for name in _FORMATS
    ]
    yield from _table("Formats", ("format", "read", "write", "Unbox"), rows)


def _transforms() -> Iterator[str]:
    frame = methods(AWSGLUE / "dynamicframe.py", "DynamicFrame")
    rows = []
    for path in sorted((AWSGLUE / "transforms").glob("*.py")):
        for one in tree(path).body:
            if isinstance(one, ast.ClassDef) and one.name not in ("GlueTransform", "__init__"):
                text = ast.get_source_segment(path.read_text(), one) or ""
                used = [frame[name] for name in re.findall(r"\.(\w+)\(", text) if name in frame]
                rows.append((one.name, _cell(missing_calls(text + "\n".join(used)))))
    yield from _table("Transforms", ("awsglue.transforms", "here"), sorted(rows))


def _methods() -> Iterator[str]:
    for file, owner in _CLASSES:
        rows = [
            (name, _cell(missing_calls(text)))
            for name, text in methods(AWSGLUE / file, owner).items()
            if not name.startswith("_")
        ]
        yield from _table(owner, ("method", "here"), rows)


def _table(title: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = tuple(head)
    yield from (f"## {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|")
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _cell(missing: list[str]) -> str:
    return f"no: {', '.join(missing)}" if missing else "yes"


def _yes(is_here: bool) -> str:
    return "yes" if is_here else "no"
