"""Tables of each format as crawlers make them, read back: `from_catalog` has their columns and rows."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from glue_service.crawler_fixture import CrawlerFixture, each_folder
from glue_service.glue_scripts import HEAD, ScriptRunner
from glue_service.service import GlueService

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """The files of a table, and the types and rows that a job must find in it."""

    files: Mapping[str, str | bytes]
    types: dict[str, str]
    rows: Rows


SALES = pa.table(
    {
        "id": [1, 2],
        "amount": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
        "tags": [["x", "y"], []],
        "who": [{"Name": "Ann", "age": 30}, {"Name": "Bob", "age": None}],
    }
)
OF_SALES = {
    "id": "bigint",
    "amount": "decimal(10,2)",
    "tags": "array<string>",
    "who": "struct<Name:string,age:bigint>",
}
SALES_ROWS: Rows = [
    {"id": 1, "amount": 1.5, "tags": ["x", "y"], "who": {"Name": "Ann", "age": 30}},
    {"id": 2, "tags": [], "who": {"Name": "Bob"}},
]


def file_of(write: Callable[[pa.Table, io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    write(SALES, buffer)
    return buffer.getvalue()


def avro() -> bytes:
    """A container with the records (1, Ann) and (2, null)."""

    def text(value: str) -> bytes:
        length = len(value) << 1  # as a number of one or two bytes, which is enough for texts of 8,191
        return bytes([length] if length < 128 else [length & 0x7F | 0x80, length >> 7]) + value.encode()

    fields = [{"name": "id", "type": "int"}, {"name": "name", "type": ["null", "string"]}]
    schema = json.dumps({"type": "record", "name": "Person", "fields": fields})
    meta = b"\x04" + text("avro.codec") + text("null") + text("avro.schema") + text(schema) + b"\0"
    sync, records = b"s" * 16, b"\x02\x02" + text("Ann") + b"\x04\x00"
    return b"Obj\x01" + meta + sync + b"\x04" + bytes([len(records) << 1]) + records + sync


CASES = {
    "csv": Case(
        {"a.csv": 'Id,Full Name,price\n1,"a, b",1.5\n2,,2\n'},
        {"id": "bigint", "full name": "string", "price": "double"},
        [{"id": 1, "full name": "a, b", "price": 1.5}, {"id": 2, "full name": "", "price": 2.0}],
    ),
    "csv_without_header": Case(
        {"a.csv": "1,x\n2,y\n"},
        {"col0": "bigint", "col1": "string"},
        [{"col0": 1, "col1": "x"}, {"col0": 2, "col1": "y"}],
    ),
    "csv_pipes_packed": Case(
        {"a.csv.gz": gzip.compress(b"id|at\n1|2024-06-25\n2|2024-06-26\n")},
        {"id": "bigint", "at": "string"},
        [{"id": 1, "at": "2024-06-25"}, {"id": 2, "at": "2024-06-26"}],
    ),
    "csv_by_year": Case(
        {"year=2023/a.csv": "id,name\n1,a\n", "year=2024/a.csv": "id,name\n2,b\n"},
        {"id": "bigint", "name": "string", "year": "string"},
        [{"id": 1, "name": "a", "year": "2023"}, {"id": 2, "name": "b", "year": "2024"}],
    ),
    "json": Case(
        {"a.json": '{"id":1,"who":{"Name":"Ann"}}\n{"id":3000000000,"who":{"Name":"Bob","age":4}}\n'},
        {"id": "bigint", "who": "struct<Name:string,age:int>"},
        [{"id": 1, "who": {"Name": "Ann"}}, {"id": 3000000000, "who": {"Name": "Bob", "age": 4}}],
    ),
    "json_array": Case(
        {"a.json": '[{"a":1},{"a":2,"b":"x"}]'}, {"a": "int", "b": "string"}, [{"a": 1}, {"a": 2, "b": "x"}]
    ),
    "json_by_region": Case(
        {"eu/a.json": '{"n":1}\n', "us/a.json": '{"n":2}\n'},
        {"n": "int", "partition_0": "string"},
        [{"n": 1, "partition_0": "eu"}, {"n": 2, "partition_0": "us"}],
    ),
    "parquet": Case({"a.parquet": file_of(pq.write_table)}, OF_SALES, SALES_ROWS),
    "orc": Case({"a.orc": file_of(pyarrow.orc.write_table)}, OF_SALES, SALES_ROWS),
    "avro": Case({"a.avro": avro()}, {"id": "int", "name": "string"}, [{"id": 1, "name": "Ann"}, {"id": 2}]),
}
SCRIPT = """
import json

options = getResolvedOptions(sys.argv, ["database", "tables"])
for table in options["tables"].split(","):
    frame = glueContext.create_dynamic_frame.from_catalog(database=options["database"], table_name=table)
    rows = [json.loads(row) for row in frame.toDF().toJSON().collect()]
    print(json.dumps([table, frame.toDF().dtypes, rows]))
"""


@pytest.fixture(scope="module")
def read(service: GlueService, scripts: ScriptRunner) -> dict[str, tuple[dict[str, str], Rows]]:
    """The types and rows that one script found in each table of one crawl."""
    crawled = CrawlerFixture(service)
    for name, case in CASES.items():
        for key, body in case.files.items():
            crawled.put(f"{name}/{key}", body)
    crawled.create(Configuration=each_folder(3))
    assert crawled.crawl()["Status"] == "SUCCEEDED"

    tables = ",".join(crawled.tables())
    result = scripts.run(HEAD + SCRIPT, "--database", crawled.name, "--tables", tables)
    assert result.error == ""
    printed = [json.loads(line) for line in result.output.splitlines()]
    return {table: (dict(types), rows) for table, types, rows in printed}


@pytest.mark.parametrize("name", CASES)
def test_a_crawled_table_is_read_back(read: dict[str, tuple[dict[str, str], Rows]], name: str) -> None:
    case, (types, rows) = CASES[name], read[name]
    assert list(types.items()) == list(case.types.items())
    assert sorted(rows, key=str) == sorted(case.rows, key=str)
