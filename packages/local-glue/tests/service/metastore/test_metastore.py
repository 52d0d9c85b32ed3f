"""The metastore that Spark's Hive client speaks to, call by call over its socket."""

from __future__ import annotations

import socket
import struct
import uuid
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Any
from urllib.parse import urlsplit

import pytest
from glue_service.aws import BUCKET
from glue_service.service import GlueService

from local_glue.metastore.catalog_calls import CatalogCalls
from local_glue.metastore.server import Metastore
from local_glue.metastore.structs import CALLS, STRUCTS
from local_glue.metastore.translation import partition_name, partition_values
from local_glue.metastore.wire import CALL, REPLY, Reader, message, packed

Ask = Callable[..., Any]
UNKNOWN = {1: ("message", "string"), 2: ("type", "i32")}


@pytest.fixture
def refusals() -> list[str]:
    """What the metastore refused because it is not here."""
    return []


@pytest.fixture
def ask(service: GlueService, refusals: list[str]) -> Iterator[Ask]:
    """Call by name; gives the answer's members, or what the client would raise for a call that is unknown."""
    metastore = Metastore(service.aws("glue"), service.aws("s3"), refusals.append)
    address = urlsplit(metastore.url)
    connection = socket.create_connection((address.hostname, address.port or 0), 30)
    stream: BufferedReader = connection.makefile("rb")

    def call(name: str, /, **arguments: Any) -> Any:
        known = CALLS.get(name)
        body = packed(STRUCTS, known.arguments if known else {}, arguments)
        connection.sendall(message(CALL, name, 7, body))
        kind, length = struct.unpack(">II", stream.read(8))
        assert (stream.read(length).decode(), stream.read(4)) == (name, b"\0\0\0\7")
        answer = Reader(stream, STRUCTS)
        return answer.struct(known.answer if known and kind & 0xFF == REPLY else UNKNOWN)

    yield call
    stream.close()
    connection.close()
    metastore.close()


@pytest.fixture
def table(ask: Ask) -> dict[str, Any]:
    """A partitioned table in a database of its own; gives Hive's struct."""
    name = f"meta_{uuid.uuid4().hex[:8]}"
    where = f"s3://{BUCKET}/{name}"
    made: dict[str, Any] = {
        "tableName": "plays",
        "dbName": name,
        "tableType": "MANAGED_TABLE",
        "sd": {"cols": [{"name": "n", "type": "int", "comment": "how often"}], "location": f"{where}/plays"},
        "partitionKeys": [{"name": "genre", "type": "string"}, {"name": "day", "type": "string"}],
    }
    assert ask("create_database", database={"name": name, "locationUri": where}) == {}
    assert ask("create_table", tbl=made) == {}
    for values in (["r&b/soul", "1"], ["it's", "1"], ["pop", "2"]):
        part = {**made, "values": values, "sd": {**made["sd"], "location": f"{where}/plays/{values[1]}"}}
        ask("add_partitions", new_parts=[part])
    return made


def test_what_is_created_is_given_back_as_hive_knows_it(ask: Ask, table: dict[str, Any]) -> None:
    found = ask("get_table", dbname=table["dbName"], tbl_name="plays")["success"]
    assert found["tableType"] == "MANAGED_TABLE"
    assert found["sd"]["cols"] == [{"name": "n", "type": "int", "comment": "how often"}]
    assert [key["name"] for key in found["partitionKeys"]] == ["genre", "day"]
    assert ask("get_database", name=table["dbName"])["success"]["locationUri"] == table["sd"]["location"][:-6]
    assert ask("get_tables", db_name=table["dbName"], pattern="p*s|none")["success"] == ["plays"]
    assert ask("get_tables", db_name=table["dbName"], pattern="play")["success"] == []


def test_partitions_are_found_by_filter_values_and_name(ask: Ask, table: dict[str, Any]) -> None:
    asked = {"db_name": table["dbName"], "tbl_name": "plays", "max_parts": -1}

    def values(name: str, **more: Any) -> list[list[str]]:
        found = ask(name, **{**asked, **more})["success"]
        return sorted(partition["values"] for partition in found)

    assert values("get_partitions_by_filter", filter='day = "1" and genre = "it\'s"') == [["it's", "1"]]
    assert values("get_partitions_by_filter", filter="genre = 'r&b/soul'") == [["r&b/soul", "1"]]
    assert values("get_partitions_ps_with_auth", part_vals=["", "1"]) == [["it's", "1"], ["r&b/soul", "1"]]
    assert values("get_partitions_ps_with_auth", part_vals=["", "2"], max_parts=1) == [["pop", "2"]]
    assert len(values("get_partitions")) == 3
    assert len(values("get_partitions", max_parts=2)) == 2
    names = ask("get_partition_names", **asked)["success"]
    assert sorted(names) == ["genre=it%27s/day=1", "genre=pop/day=2", "genre=r&b%2Fsoul/day=1"]
    assert values("get_partitions_by_names", names=names[:1]) == [partition_values(names[0])]
    assert partition_name(["a"], [""]) == "a=__HIVE_DEFAULT_PARTITION__"


def test_folders_are_made_with_tables_and_go_with_managed_ones(
    ask: Ask, service: GlueService, table: dict[str, Any]
) -> None:
    s3, prefix = service.aws("s3"), f"{table['dbName']}/plays/"

    def keys() -> list[str]:
        listing = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [found["Key"] for found in listing.get("Contents", [])]

    assert keys() == [prefix, f"{prefix}1/", f"{prefix}2/"]
    asked = {"db_name": table["dbName"], "tbl_name": "plays", "part_vals": ["pop", "2"], "deleteData": True}
    assert ask("drop_partition", **asked) == {"success": True}
    assert keys() == [prefix, f"{prefix}1/"]
    external = {**table, "tableType": "EXTERNAL_TABLE"}
    ask("alter_table_with_environment_context", dbname=table["dbName"], tbl_name="plays", new_tbl=external)
    ask("drop_table_with_environment_context", dbname=table["dbName"], name="plays", deleteData=True)
    assert keys() == [prefix, f"{prefix}1/"]
    ask("create_table", tbl=table)
    ask("drop_table_with_environment_context", dbname=table["dbName"], name="plays", deleteData=True)
    assert keys() == []


def test_a_failure_has_the_name_that_hive_gives_it(ask: Ask, table: dict[str, Any]) -> None:
    database = table["dbName"]
    for answer, name, reason in (
        (ask("get_database", name="none"), "NoSuchObjectException", "Database none not found."),
        (
            ask("get_table", dbname=database, tbl_name="none"),
            "NoSuchObjectException",
            "Table none not found.",
        ),
        (
            ask("get_function", dbName=database, funcName="none"),
            "NoSuchObjectException",
            f"{database}.none does not exist",
        ),
        (ask("create_table", tbl=table), "AlreadyExistsException", "Table already exists."),
        (ask("drop_database", name=database), "InvalidOperationException", f"{database} is not empty."),
        (
            ask(
                "alter_table_with_environment_context",
                dbname=database,
                tbl_name="plays",
                new_tbl={**table, "tableName": "other"},
            ),
            "InvalidOperationException",
            "Table rename is not supported",
        ),
        (ask("get_all_tables", db_name="none"), "MetaException", "Database none not found."),
    ):
        assert [*answer] == [name]
        assert reason in answer[name]["message"]


def test_a_table_that_would_go_with_the_run_is_refused(ask: Ask, table: dict[str, Any]) -> None:
    local = {**table, "tableName": "here", "sd": {**table["sd"], "location": "file:/run/warehouse/here"}}
    reason = ask("create_table", tbl=local)["InvalidObjectException"]["message"]
    assert reason.endswith("give the table a path, or its database a location, on S3.")
    assert ask("get_all_tables", db_name=table["dbName"])["success"] == ["plays"]


def test_a_text_table_that_would_be_read_shifted_is_refused(
    ask: Ask, service: GlueService, table: dict[str, Any]
) -> None:
    glue, names = service.aws("glue"), {"dbname": table["dbName"], "tbl_name": "crawled"}
    columns: Any = [{"Name": "id", "Type": "int"}, {"Name": "year", "Type": "int"}]
    crawled: Any = {"Name": "crawled", "PartitionKeys": [{"Name": "year", "Type": "string"}]}

    def get_table_read_by(serde: str) -> Any:
        storage = {"Columns": columns, "SerdeInfo": {"SerializationLibrary": f"org.apache.hadoop.{serde}"}}
        glue.update_table(DatabaseName=table["dbName"], TableInput={**crawled, "StorageDescriptor": storage})
        return ask("get_table", **names)

    glue.create_table(DatabaseName=table["dbName"], TableInput=crawled)
    assert get_table_read_by("hive.ql.io.parquet.serde.ParquetHiveSerDe")["success"]["tableName"] == "crawled"
    for serde in ("hive.serde2.lazy.LazySimpleSerDe", "hive.serde2.OpenCSVSerde"):
        reason = get_table_read_by(serde)["MetaException"]["message"]
        assert reason.startswith(f"Table {table['dbName']}.crawled has duplicate columns: year of its files")
    assert ask("drop_table_with_environment_context", dbname=table["dbName"], name="crawled") == {}


def test_a_bug_and_what_a_call_has_no_failure_for_are_told_with_the_reason(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"dbname": "none", "tbl_names": ["t"]}
    assert ask("get_table_objects_by_name", **asked) == {
        "message": "Database none not found. (Service: Glue, Error Code: EntityNotFoundException)",
        "type": 6,
    }
    monkeypatch.setattr(CatalogCalls, "get_all_databases", lambda *_: 1 / 0)
    reason = "The local Glue service failed (ZeroDivisionError: division by zero)."
    assert ask("get_all_databases") == {"MetaException": {"message": reason}}


def test_a_call_that_is_unknown_is_refused_by_name(ask: Ask, refusals: list[str]) -> None:
    assert ask("get_all_databases")["success"] is not None
    assert refusals == []
    assert ask("create_function") == {
        "message": "The local Data Catalog does not take Hive's call create_function",
        "type": 1,
    }
    assert refusals == ["The local Data Catalog does not take Hive's call create_function"]
