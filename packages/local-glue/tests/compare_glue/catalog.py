"""What is asked about the Data Catalog, and through a client of it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from compare_glue.checks import check, refused, same
from compare_glue.target import Target

for expression, wanted in (
    ("hour > 2", ["10"]),
    ("hour = 2 OR hour IN (10, 11)", ["10", "2"]),
    ("hour BETWEEN 1 AND 3", ["2"]),
    ("hour != 2", ["10"]),
    ("NOT (hour = 2)", ["10"]),
):

    @check("Partitions", f"Expression `{expression}` over an int key")
    def filtered(target: Target, text: str = expression, values: list[str] = wanted) -> None:
        same(target.chosen(target.hours(), Expression=text), values)


@check("Partitions", "a wrong Expression is an InvalidInputException")
def wrong_expression(target: Target) -> None:
    refused("InvalidInputException", target.glue.get_partitions, **target.hours(), Expression="hour ==")


@check("Partitions", "segments hold each partition once")
def segments(target: Target) -> None:
    where = target.hours()
    parts = [target.chosen(where, Segment={"SegmentNumber": n, "TotalSegments": 2}) for n in range(2)]
    same(sorted(parts[0] + parts[1]), ["10", "2"])


@check("Partitions", "GetPartitions in pages of MaxResults")
def pages(target: Target) -> None:
    answer = target.glue.get_partitions(**target.hours(), MaxResults=1)
    same((len(answer["Partitions"]), bool(answer.get("NextToken"))), (1, True))


@check("Partitions", "BatchUpdatePartition and BatchGetPartition")
def batch_partition(target: Target) -> None:
    where = target.hours()
    entry = {"PartitionValueList": ["2"], "PartitionInput": {"Values": ["2"], "Parameters": {"n": "1"}}}
    target.glue.batch_update_partition(**where, Entries=[entry])
    found = target.glue.batch_get_partition(**where, PartitionsToGet=[{"Values": ["2"]}])["Partitions"]
    same([one["Parameters"] for one in found], [{"n": "1"}])


@check("Tables", "former versions are kept and given")
def versions(target: Target) -> None:
    where = target.table()
    table = {"Name": "t", "Description": "new"}
    target.glue.update_table(DatabaseName=where["DatabaseName"], TableInput=table)
    found = target.glue.get_table_versions(**where)["TableVersions"]
    found.sort(key=lambda version: int(version["VersionId"]))
    same([version["Table"].get("Description") for version in found], [None, "new"])


@check("Tables", "an update meant for another VersionId is a ConcurrentModificationException")
def version_id(target: Target) -> None:
    where = target.table()
    arguments: Any = {"DatabaseName": where["DatabaseName"], "TableInput": {"Name": "t"}, "VersionId": "7"}
    refused("ConcurrentModificationException", target.glue.update_table, **arguments)


def finds_other(target: Target, expression: str) -> None:
    where = target.table()
    target.glue.create_table(DatabaseName=where["DatabaseName"], TableInput={"Name": "other"})
    found = target.glue.get_tables(DatabaseName=where["DatabaseName"], Expression=expression)["TableList"]
    same([table["Name"] for table in found], ["other"])


@check("Tables", "GetTables filters by Expression")
def table_expression(target: Target) -> None:
    finds_other(target, "o.*")


@check("Tables", "GetTables takes Hive's wildcard, `o*`")
def table_wildcard(target: Target) -> None:
    finds_other(target, "o*")


@check("Tables", "GetTables gives the attributes asked for")
def attributes(target: Target) -> None:
    where = target.table()
    found = target.glue.get_tables(DatabaseName=where["DatabaseName"], AttributesToGet=["NAME"])["TableList"]
    same(found, [{"Name": "t"}])


@check("Tables", "a partition index is made, and listed with the types of its keys")
def partition_index(target: Target) -> None:
    where = target.table(hour="int")
    target.glue.create_partition_index(**where, PartitionIndex={"IndexName": "i", "Keys": ["hour"]})
    found = target.glue.get_partition_indexes(**where)["PartitionIndexDescriptorList"]
    same([index["Keys"] for index in found], [[{"Name": "hour", "Type": "int"}]])


@check("Tables", "a table link shows its target's columns")
def table_link(target: Target) -> None:
    where = target.table()
    there = {"CatalogId": "000000000000", "DatabaseName": where["DatabaseName"], "Name": "t"}
    target.glue.create_table(
        DatabaseName=where["DatabaseName"], TableInput={"Name": "link", "TargetTable": there}
    )
    found = target.glue.get_table(DatabaseName=where["DatabaseName"], Name="link")["Table"]
    same(found.get("StorageDescriptor", {}).get("Columns"), [{"Name": "a", "Type": "int"}])


@check("Tables", "the catalog of another account is an AccessDeniedException")
def other_catalog(target: Target) -> None:
    where = target.table()
    arguments = {"DatabaseName": where["DatabaseName"], "Name": "t", "CatalogId": "111122223333"}
    refused("AccessDeniedException", target.glue.get_table, **arguments)


@check("Tables", "SearchTables finds by text")
def search(target: Target) -> None:
    where = target.table()
    word = target.new("word")
    target.glue.create_table(
        DatabaseName=where["DatabaseName"], TableInput={"Name": "o", "Parameters": {"k": word}}
    )
    same([table["Name"] for table in target.glue.search_tables(SearchText=word)["TableList"]], ["o"])


@check("Tables", "column statistics are stored and given")
def statistics(target: Target) -> None:
    where = target.table()
    data = {"Type": "LONG", "LongColumnStatisticsData": {"NumberOfNulls": 1, "NumberOfDistinctValues": 2}}
    one = {"ColumnName": "a", "ColumnType": "int", "AnalyzedTime": 0, "StatisticsData": data}
    target.glue.update_column_statistics_for_table(**where, ColumnStatisticsList=[one])
    found = target.glue.get_column_statistics_for_table(**where, ColumnNames=["a"])["ColumnStatisticsList"]
    same([each["StatisticsData"] for each in found], [data])


@check("Tables", "deleting a database deletes its tables")
def delete_database(target: Target) -> None:
    where = target.table()
    target.glue.delete_database(Name=where["DatabaseName"])
    refused("EntityNotFoundException", target.glue.get_table, DatabaseName=where["DatabaseName"], Name="t")


@check("Functions and connections", "user-defined functions are listed by pattern")
def functions(target: Target) -> None:
    where = target.table()["DatabaseName"]
    for name in ("plays", "skips"):
        definition = {"FunctionName": name, "ClassName": f"org.example.{name}"}
        target.glue.create_user_defined_function(DatabaseName=where, FunctionInput=definition)
    found = target.glue.get_user_defined_functions(DatabaseName=where, Pattern="p.*")["UserDefinedFunctions"]
    same([function["FunctionName"] for function in found], ["plays"])


@check("Functions and connections", "GetConnection hides the password on request")
def connection(target: Target) -> None:
    properties = {"JDBC_CONNECTION_URL": "jdbc:x://y/z", "USERNAME": "u", "PASSWORD": "p"}
    definition = {"Name": target.new("c"), "ConnectionType": "JDBC", "ConnectionProperties": properties}
    target.glue.create_connection(ConnectionInput=definition)
    for hide, wanted in ((False, properties), (True, {**properties, "PASSWORD": None})):
        found = target.glue.get_connection(Name=definition["Name"], HidePassword=hide)["Connection"]
        same({name: found["ConnectionProperties"].get(name) for name in properties}, wanted)


WRANGLE = """
import awswrangler as wr, pandas as pd, sys
name, where = sys.argv[1], f"s3://compare/{sys.argv[1]}/"
wr.catalog.create_database(name)
rows = pd.DataFrame({"a": [1, 2], "day": ["1", "2"]})
wr.s3.to_parquet(rows, path=where, dataset=True, database=name, table="t", partition_cols=["day"])
found = wr.s3.read_parquet_table(database=name, table="t", partition_filter=lambda each: each["day"] == "2")
assert found["a"].tolist() == [2], found
chosen = list(wr.catalog.get_partitions(name, "t", expression="day > '1'").values())
assert chosen == [["2"]], f"{chosen} instead of [['2']]"
"""
LIST = """
import awswrangler as wr, sys
name, where = sys.argv[1], f"s3://compare/{sys.argv[1]}/"
wr.catalog.create_database(name)
for table in ("plays_raw", "plays", "users_raw"):
    wr.catalog.create_parquet_table(database=name, table=table, path=where, columns_types={"a": "int"})
found = [table["Name"] for table in wr.catalog.get_tables(database=name, name_suffix="_raw")]
assert found == ["plays_raw", "users_raw"], f"{found} instead of ['plays_raw', 'users_raw']"
"""


for what, script in (
    ("awswrangler writes a partitioned dataset and reads a part of it", WRANGLE),
    ("awswrangler lists tables by the end of their names", LIST),
):

    @check("Clients", what)
    def wrangle(target: Target, text: str = script) -> None:
        env = {
            "AWS_ENDPOINT_URL": target.glue.meta.endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        command = [sys.executable, "-c", text, target.new("db")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise AssertionError(done.stderr.strip().splitlines()[-1])
