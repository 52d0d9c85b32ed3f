"""Crawls: what the built-in classifiers make of Parquet, ORC, JSON and CSV."""

from __future__ import annotations

import bz2
import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from glue_service.archives import packed
from glue_service.crawler_fixture import CrawlerFixture, each_folder, parquet

if TYPE_CHECKING:
    from glue_service.service import GlueService

TEXT = "id,name\n1,a\n2,b\n"
OF_TEXT = {"id": "bigint", "name": "string"}


def lz4(text: str) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "lz4") as stream:
        stream.write(text.encode())
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def snappy(text: str) -> bytes:
    packed: bytes = pa.Codec("snappy").compress(text.encode()).to_pybytes()
    return packed


def hadoop_snappy(text: str) -> bytes:
    packed = snappy(text)
    return len(text).to_bytes(4, "big") + len(packed).to_bytes(4, "big") + packed


def framed_snappy(text: str) -> bytes:
    packed = snappy(text)
    chunk = b"\0\0\0\0" + packed
    return b"\xff\x06\x00\x00sNaPpY\x00" + len(chunk).to_bytes(3, "little") + chunk


def orc() -> bytes:
    buffer = io.BytesIO()
    pyarrow.orc.write_table(pa.table({"a": [1], "b": ["x"]}), buffer)
    return buffer.getvalue()


def all_of_parquet() -> bytes:
    table = pa.table(
        {
            "Amount": pa.array([Decimal("1.50")], pa.decimal128(10, 2)),
            "day": [date(2024, 6, 25)],
            "flags": pa.array([[True]], pa.list_(pa.bool_())),
            "sizes": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
            "who": pa.array(
                [{"Name": "x", "age": 1}], pa.struct([("Name", pa.string()), ("age", pa.int16())])
            ),
            "small": pa.array([1], pa.int8()),
            "unsigned": pa.array([1], pa.uint32()),
            "at": pa.array([datetime(2024, 6, 25, tzinfo=UTC)], pa.timestamp("ns")),
            "raw": [b"x"],
            "nothing": pa.array([None], pa.null()),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, use_deprecated_int96_timestamps=True)
    return buffer.getvalue()


def avro_long(value: int) -> bytes:
    left, encoded = value << 1 if value >= 0 else (-value << 1) - 1, b""
    while left > 0x7F:
        encoded += bytes([left & 0x7F | 0x80])
        left >>= 7
    return encoded + bytes([left])


def avro(*fields: object) -> bytes:
    """A container of two blocks, with three records and with one."""
    schema = json.dumps({"type": "record", "name": "Row", "fields": fields}).encode()
    pairs = [(b"avro.codec", b"null"), (b"avro.schema", schema)]
    meta = b"".join(avro_long(len(part)) + part for pair in pairs for part in pair)
    sync = b"s" * 16
    blocks = avro_long(3) + avro_long(6) + b"......" + sync + avro_long(1) + avro_long(2) + b".." + sync
    return b"Obj\x01" + avro_long(2) + meta + avro_long(0) + sync + blocks


INNER = {"type": "record", "name": "Inner", "fields": [{"name": "x", "type": "long"}]}
AVRO = avro(
    {"name": "Id", "type": "int"},
    {"name": "maybe", "type": ["null", "string"]},
    {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "cost", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
    {"name": "inner", "type": INNER},
    {"name": "again", "type": {"type": "array", "items": "Inner"}},
    {"name": "counts", "type": {"type": "map", "values": "double"}},
    {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A"]}},
)


@dataclass(frozen=True)
class Case:
    """An object, and the columns and parameters of its table."""

    body: bytes | str
    columns: dict[str, str]
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    key: str = "x"


HEADER = {"classification": "csv", "skip.header.line.count": "1", "columnsOrdered": "true"}
NO_HEADER = {"classification": "csv", "skip.header.line.count": None}
UNKNOWN = {"classification": "UNKNOWN"}
CASES = {
    "csv_comma": Case(TEXT, OF_TEXT, {**HEADER, "delimiter": ",", "areColumnsQuoted": "false"}),
    "csv_pipe": Case(TEXT.replace(",", "|"), OF_TEXT, {**HEADER, "delimiter": "|"}),
    "csv_tab": Case(TEXT.replace(",", "\t"), OF_TEXT, {**HEADER, "delimiter": "\t"}),
    "csv_semicolon": Case(TEXT.replace(",", ";"), OF_TEXT, {**HEADER, "delimiter": ";"}),
    "csv_ctrl_a": Case(TEXT.replace(",", "\x01"), OF_TEXT, {**HEADER, "delimiter": "\x01"}),
    "csv_windows": Case("\ufeff" + TEXT.replace("\n", "\r\n"), OF_TEXT, HEADER),
    "csv_names_in_lower_case": Case(
        'User_Id,"Track Name"\n1,"a, b"\n', {"user_id": "bigint", "track name": "string"}, HEADER
    ),
    "csv_types": Case(
        "i,big,d,e,t,f,day,at,none\n"
        "1,9223372036854775807,1.5,1e3,TRUE,a,2024-06-25,2024-06-25 10:00:00,\n"
        "-2,1,2,.5,false,1,2024-06-26,2024-06-26 10:00:00,\n",
        {
            "i": "bigint",
            "big": "bigint",
            "d": "double",
            "e": "double",
            "t": "boolean",
            "f": "string",
            "day": "string",
            "at": "string",
            "none": "string",
        },
        HEADER,
    ),
    "csv_of_texts_has_no_header": Case("a,b\nx,y\n", {"col0": "string", "col1": "string"}, NO_HEADER),
    "csv_of_numbers_has_no_header": Case("1,2\n3,4\n", {"col0": "bigint", "col1": "bigint"}, NO_HEADER),
    "csv_one_name_is_a_number": Case("a,2\nx,4\n", {"col0": "string", "col1": "bigint"}, NO_HEADER),
    "csv_names_twice": Case("a,A\n1,2\n", {"col0": "string", "col1": "string"}, NO_HEADER),
    "csv_a_name_too_long": Case(f"{'a' * 150},b\n1,2\n", {"col0": "string", "col1": "string"}, NO_HEADER),
    "csv_the_last_name_may_be_long": Case(
        f"a,{'b' * 150}\n1,2\n", {"a": "bigint", "b" * 150: "bigint"}, HEADER
    ),
    "csv_trailing_delimiter": Case("a,b,\n1,2,\n", {"a": "bigint", "b": "bigint", "col2": "string"}, HEADER),
    "csv_of_one_row": Case("a,1\n", {}, UNKNOWN),
    "csv_of_one_column": Case("a\n1\n", {}, UNKNOWN),
    "binary": Case(bytes(range(256)), {}, UNKNOWN),
    "broken_gzip": Case(gzip.compress(TEXT.encode())[:10] + b"nothing", {}, UNKNOWN),
    "broken_parquet": Case(b"PAR1nothing like itPAR1", {}, UNKNOWN),
    "gzip": Case(gzip.compress(TEXT.encode()), OF_TEXT, {**HEADER, "compressionType": "gzip"}),
    "bzip2": Case(bz2.compress(TEXT.encode()), OF_TEXT, {**HEADER, "compressionType": "bzip2"}),
    "zip": Case(packed({"x": TEXT}), OF_TEXT, {**HEADER, "compressionType": "zip"}),
    "zip_of_two": Case(packed({"x": TEXT, "y": TEXT}), {}, UNKNOWN),
    "lz4": Case(lz4(TEXT), OF_TEXT, {**HEADER, "compressionType": "lz4"}),
    "snappy": Case(hadoop_snappy(TEXT), OF_TEXT, {**HEADER, "compressionType": "snappy"}, "x.csv.snappy"),
    "snappy_frames": Case(framed_snappy(TEXT), OF_TEXT, {**HEADER, "compressionType": "snappy"}),
    "json_lines": Case(
        '{"A":1,"b":{"Inner":[1,null,2.5]},"n":null}\n{"a":3000000000,"b":{"Inner":[],"new":true}}\n',
        {"a": "bigint", "b": "struct<Inner:array<double>,new:boolean>", "n": "string"},
        {"classification": "json", "recordCount": "2"},
    ),
    "json_pretty": Case(
        json.dumps({"a": 1, "b": "x"}, indent=2) + json.dumps({"a": 2}, indent=2),
        {"a": "int", "b": "string"},
        {"classification": "json"},
    ),
    "json_array": Case(
        '[{"a":1},{"a":2,"b":"x"}]', {"array": "array<struct<a:int,b:string>>"}, {"classification": "json"}
    ),
    "json_long": Case(
        "".join(f'{{"a":{number},"pad":"{"x" * 200}"}}\n' for number in range(7000)),
        {"a": "int", "pad": "string"},
        {"classification": "json"},
    ),
    "json_of_one_long_document": Case(
        json.dumps({"a": "x" * 1_500_000}, indent=1), {"a": "string"}, {"classification": "json"}
    ),
    "json_long_and_broken": Case(
        '{"a":1}\n{"a":\n' + "".join(f'{{"pad":"{"x" * 200}"}}\n' for _ in range(7000)), {}, UNKNOWN
    ),
    "json_broken": Case('{"a":1}\n{"a":\n', {}, UNKNOWN),
    "parquet": Case(
        all_of_parquet(),
        {
            "amount": "decimal(10,2)",
            "day": "date",
            "flags": "array<boolean>",
            "sizes": "map<string,int>",
            "who": "struct<Name:string,age:smallint>",
            "small": "tinyint",
            "unsigned": "int",
            "at": "timestamp",
            "raw": "binary",
            "nothing": "string",
        },
        {"classification": "parquet", "compressionType": "none", "recordCount": "1"},
    ),
    "avro": Case(
        AVRO,
        {
            "id": "int",
            "maybe": "string",
            "day": "date",
            "at": "timestamp",
            "cost": "decimal(9,2)",
            "inner": "struct<x:bigint>",
            "again": "array<struct<x:bigint>>",
            "counts": "map<string,double>",
            "kind": "string",
        },
        {"classification": "avro", "recordCount": "4", "averageRecordSize": "2"},
    ),
    "broken_avro": Case(b"Obj\x01\x02", {}, UNKNOWN),
    "orc": Case(orc(), {"a": "bigint", "b": "string"}, {"classification": "orc", "recordCount": "1"}),
}


@pytest.fixture(scope="module")
def classified(service: GlueService) -> CrawlerFixture:
    """A crawl over all cases: a folder and a table each."""
    classified = CrawlerFixture(service)
    for name, case in CASES.items():
        classified.put(f"{name}/{case.key}", case.body)
    classified.create(Configuration=each_folder(3))
    assert classified.crawl()["Status"] == "SUCCEEDED"
    return classified


@pytest.mark.parametrize("name", CASES)
def test_an_object_is_classified_as_aws_does(classified: CrawlerFixture, name: str) -> None:
    case, table = CASES[name], classified.glue.get_table(DatabaseName=classified.name, Name=name)["Table"]
    found = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    assert found == case.columns
    assert {key: table["Parameters"].get(key) for key in case.parameters} == case.parameters
    assert table["StorageDescriptor"]["Compressed"] == (table["Parameters"]["compressionType"] != "none")


def test_a_table_says_how_many_records_it_has_and_who_made_it(classified: CrawlerFixture) -> None:
    table = classified.glue.get_table(DatabaseName=classified.name, Name="csv_comma")["Table"]
    assert table["Parameters"] == {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": classified.name,
        "areColumnsQuoted": "false",
        "averageRecordSize": "5",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "objectCount": "1",
        "recordCount": "3",
        "sizeKey": "16",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    assert table["StorageDescriptor"]["Parameters"] == table["Parameters"]


@pytest.mark.parametrize(
    ("name", "library", "parameters"),
    [
        ("csv_pipe", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", {"field.delim": "|"}),
        ("json_lines", "org.openx.data.jsonserde.JsonSerDe", {"paths": "A,b,n"}),
        (
            "parquet",
            "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            {"serialization.format": "1"},
        ),
        ("orc", "org.apache.hadoop.hive.ql.io.orc.OrcSerde", {}),
    ],
)
def test_a_table_names_the_library_that_reads_it(
    classified: CrawlerFixture, name: str, library: str, parameters: dict[str, str]
) -> None:
    table = classified.glue.get_table(DatabaseName=classified.name, Name=name)["Table"]
    serde = table["StorageDescriptor"]["SerdeInfo"]
    assert (serde["SerializationLibrary"], serde.get("Parameters", {})) == (library, parameters)


def test_an_avro_table_has_the_schema_for_its_reader(classified: CrawlerFixture) -> None:
    table = classified.glue.get_table(DatabaseName=classified.name, Name="avro")["Table"]
    serde = table["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"] == "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
    assert serde["Parameters"]["avro.schema.literal"] == table["Parameters"]["avro.schema.literal"]
    literal = json.loads(table["Parameters"]["avro.schema.literal"])
    assert [field["name"] for field in literal["fields"]][:2] == ["Id", "maybe"]


def test_a_column_is_found_even_if_one_object_of_many_has_it(crawled: CrawlerFixture) -> None:
    for number in range(60):
        crawled.put(f"t/{number:02}.json", '{"a":1}\n' if number != 37 else '{"a":1.5,"late":"x"}\n')
    crawled.create("t/")
    crawled.crawl()
    assert crawled.columns("t") == {"a": "double", "late": "string"}
    crawled.glue.update_crawler(
        Name=crawled.name, Targets={"S3Targets": [{"Path": f"{crawled.url}/t/", "SampleSize": 10}]}
    )
    crawled.crawl()
    assert crawled.columns("t") == {"a": "int"}
    assert crawled.tables()["t"]["Parameters"]["objectCount"] == "60"


def test_a_format_that_is_not_built_fails_the_crawl(crawled: CrawlerFixture) -> None:
    crawled.put("t/x.xml", "<?xml version='1.0'?><rows/>")
    crawled.put("t/y.parquet", parquet())
    crawled.create("t/")
    last = crawled.crawl()
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"] == (
        f"{crawled.url}/t/x.xml is XML, for which the local Glue service has no classifier."
    )
    with pytest.raises(crawled.glue.exceptions.EntityNotFoundException):
        crawled.tables()
