"""Crawls: which folders and objects become tables, under which names, and which become partitions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from glue_service.lake import each_folder, parquet
from glue_service.support import BUCKET

from local_glue.crawlers.targets.globs import compiled

if TYPE_CHECKING:
    from glue_service.lake import Lake


def test_parquet_by_date_becomes_a_partitioned_table(lake: Lake) -> None:
    for day in ("2024-06-25", "2024-06-26"):
        lake.put(f"curated/listens/listen_date={day}/part-0.parquet", parquet())
    lake.put("curated/listens/_SUCCESS", "x")
    lake.create("curated/listens/")
    last = lake.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", lake.name)
    table = lake.tables()["listens"]
    assert table["PartitionKeys"] == [{"Name": "listen_date", "Type": "string"}]
    assert lake.columns("listens") == {
        "user_id": "bigint",
        "track_id": "string",
        "at": "timestamp",
        "share": "double",
    }
    assert lake.partitions("listens") == [["2024-06-25"], ["2024-06-26"]]
    assert table["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/{lake.name}/curated/listens/"
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert table["Parameters"]["classification"] == "parquet"
    assert table["Parameters"]["UPDATED_BY_CRAWLER"] == lake.name
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_each_folder_of_its_own_schema_becomes_a_table(lake: Lake) -> None:
    lake.put(
        "output/Tracks/report_date=2024-06-25/part-0.json",
        '{"track_id":"a","n":1}\n{"track_id":"b","n":3000000000}',
    )
    lake.put("output/Top/listen_date=2024-06-25/part-0.json", '{"top":[{"rank":1,"name":"x"}]}\n')
    lake.create("output/", TablePrefix="kpi_")
    lake.crawl()
    assert set(lake.tables()) == {"kpi_tracks", "kpi_top"}
    assert lake.columns("kpi_tracks") == {"track_id": "string", "n": "bigint"}
    assert lake.columns("kpi_top") == {"top": "array<struct<rank:int,name:string>>"}
    assert lake.partitions("kpi_tracks") == [["2024-06-25"]]
    assert lake.tables()["kpi_top"]["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "top"},
    }


def test_the_table_level_decides_even_for_equal_schemas(lake: Lake) -> None:
    for folder in ("one", "two"):
        lake.put(f"output/{folder}/x.json", '{"a":1}\n')
    lake.create("output/", Configuration=each_folder(4))
    lake.crawl()
    assert set(lake.tables()) == {"one", "two"}


def test_folders_of_one_schema_are_partitions_of_one_table(lake: Lake) -> None:
    for day in ("01", "02"):
        lake.put(f"plain/{day}/x.json", '{"a":1}\n')
    lake.create("plain/")
    lake.crawl()
    assert lake.tables()["plain"]["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]
    assert lake.partitions("plain") == [["01"], ["02"]]


def test_exclusions_hide_objects(lake: Lake) -> None:
    lake.put("t/a.json", '{"a":1}\n')
    lake.put("t/tmp/b.csv", "x,y\n1,2\n")
    path = f"s3://{BUCKET}/{lake.name}/t"
    lake.create(Targets={"S3Targets": [{"Path": path, "Exclusions": ["tmp/**"]}]})
    lake.crawl()
    assert lake.tables()["t"]["Parameters"]["objectCount"] == "1"


def test_partitions_of_other_columns_are_tables_unless_schemas_are_combined(lake: Lake) -> None:
    lake.put("table1/year=2017/data1.json", '{"A": 1, "B": 2}')
    lake.put("table1/year=2018/data2.json", '{"C": 3, "D": 4}')
    lake.create("table1/")
    lake.crawl()
    assert set(lake.tables()) == {"year_2017", "year_2018"}
    grouping = {"TableGroupingPolicy": "CombineCompatibleSchemas"}
    lake.glue.update_crawler(
        Name=lake.name,
        Configuration=json.dumps({"Version": 1.0, "Grouping": grouping}),
        SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"},
    )
    lake.crawl()
    assert set(lake.tables()) == {"table1"}
    assert lake.columns("table1") == dict.fromkeys("abcd", "int")
    assert lake.keys("table1") == ["year"]


@pytest.mark.parametrize(("others", "tables"), [(3, {"t"}), (2, {"day_0", "day_1", "day_odd"})])
def test_folders_are_partitions_when_more_than_seventy_percent_are_alike(
    lake: Lake, others: int, tables: set[str]
) -> None:
    for day in range(others):
        lake.put(f"t/day={day}/x.json", '{"a":1,"b":2}\n')
    lake.put("t/day=odd/x.json", '{"y":1,"z":2}\n')
    lake.create("t/")
    lake.crawl()
    assert set(lake.tables()) == tables


def test_folders_in_folders_are_several_keys_of_one_table(lake: Lake) -> None:
    for path in ("table1/partition1", "table1/partition2", "table2/partition4"):
        lake.put(f"folder1/{path}/file.txt", "id,name\n1,a\n")
    lake.create("folder1/")
    lake.crawl()
    assert lake.keys("folder1") == ["partition_0", "partition_1"]
    assert lake.partitions("folder1") == [
        ["table1", "partition1"],
        ["table1", "partition2"],
        ["table2", "partition4"],
    ]


def test_keys_of_other_names_are_no_partitions_of_one_table(lake: Lake) -> None:
    for path in ("a/day=1", "b/month=1"):
        lake.put(f"t/{path}/x.json", '{"a":1}\n')
    lake.create("t/")
    lake.crawl()
    assert {name: lake.keys(name) for name in lake.tables()} == {"a": ["day"], "b": ["month"]}


def test_files_of_one_folder_that_differ_are_tables_named_after_the_files(lake: Lake) -> None:
    lake.put("mixed/Orders 2024.csv", "id,name\n1,a\n")
    lake.put("mixed/x.json", '{"a":1}\n')
    lake.put("mixed/in/y.json", '{"a":1}\n')
    lake.create("mixed/")
    lake.crawl()
    found = {name: table["StorageDescriptor"]["Location"] for name, table in lake.tables().items()}
    assert found == {
        "orders_2024_csv": f"{lake.url}/mixed/Orders 2024.csv",
        "x_json": f"{lake.url}/mixed/x.json",
        "in": f"{lake.url}/mixed/in/",
    }


def test_files_beside_folders_are_tables_of_their_own_unless_combined(lake: Lake) -> None:
    for key in ("x.json", "in/y.json"):
        lake.put(f"t/{key}", '{"a":1}\n')
    lake.create("t/", SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    lake.crawl()
    assert set(lake.tables()) == {"x_json", "in"}
    combined = {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
    lake.glue.update_crawler(Name=lake.name, Configuration=json.dumps(combined))
    last = lake.crawl()
    assert set(lake.tables()) == {"t"}
    assert f"WARN : Files in {lake.url}/t/ are in no partition of {lake.url}/t/" in lake.said(last)


@pytest.mark.parametrize(
    ("path", "table", "location"),
    [("t/x.csv", "x_csv", "t/x.csv"), ("t", "t", "t/"), ("t/x.csv/", None, None), ("t/x", None, None)],
)
def test_a_target_is_a_folder_or_an_object(
    lake: Lake, path: str, table: str | None, location: str | None
) -> None:
    lake.put("t/x.csv", "id,name\n1,a\n")
    lake.put("t2/y.csv", "id,name\n1,a\n")
    lake.create(path)
    assert lake.crawl()["Status"] == "SUCCEEDED"
    found = {name: one["StorageDescriptor"]["Location"] for name, one in lake.tables().items()}
    assert found == ({table: f"{lake.url}/{location}"} if table else {})


def test_a_bucket_by_its_name_alone_is_crawled_and_gives_its_name(lake: Lake) -> None:
    bucket = f"b-{lake.name}".replace("_", "-")
    lake.s3.create_bucket(Bucket=bucket)
    lake.s3.put_object(Bucket=bucket, Key="foo=123/test.csv", Body="id,name\n1,test 1\n2,test 2\n")
    lake.create(Targets={"S3Targets": [{"Path": f"s3://{bucket}"}]}, TablePrefix="Prefix1")
    lake.crawl()
    name = f"prefix1{bucket}".replace("-", "_")
    assert {table: lake.keys(table) for table in lake.tables()} == {name: ["foo"]}
    assert lake.tables()[name]["StorageDescriptor"]["Location"] == f"s3://{bucket}/"


def test_a_name_that_another_location_has_gets_a_hash(lake: Lake) -> None:
    for path in ("a/t", "b/t"):
        lake.put(f"{path}/x.json", '{"a":1}\n')
    lake.create("a/t/", "b/t/")
    lake.crawl()
    first, second = sorted(lake.tables())
    assert first == "t"
    assert re.fullmatch(r"t_[0-9a-f]{32}", second)
    lake.crawl()
    assert sorted(lake.tables()) == [first, second]


def test_hidden_and_empty_objects_are_no_data(lake: Lake) -> None:
    lake.put("t/x.json", '{"a":1}\n')
    for key in ("_SUCCESS", ".x.json.crc", "_temporary/0/x.csv", "empty.csv", "folder_$folder$", "sub/"):
        lake.put(f"t/{key}", "" if key[0] not in "_." else "other,data\n1,2\n")
    lake.create("t/")
    lake.crawl()
    assert lake.columns("t") == {"a": "int"}
    assert lake.tables()["t"]["Parameters"]["objectCount"] == "1"


FILES = [
    "departments/finance.json",
    "departments/market-us.json",
    "departments/market-ap.json",
    "employees/hr.json",
    "employees/john.csv",
    "employees/old/jane.csv",
    "2015/01/07/a.json",
    "2015/01/08/a.json",
    "2015/02/01/a.json",
    "top.csv",
]


@pytest.mark.parametrize(
    ("patterns", "excluded"),
    [
        (["departments/**"], {0, 1, 2}),
        (["departments/market*"], {1, 2}),
        (["**.csv"], {4, 5, 9}),
        (["*.csv"], {9}),
        (["employees/*.csv"], {4}),
        (["employees/*/*"], {5}),
        (["**.{csv,avro}"], {4, 5, 9}),
        (["departments/market-?s.json"], {1}),
        (["departments/[a-l]*"], {0}),
        (["departments/[!a-l]*"], {1, 2}),
        (["2015/01/{[!0],0[8-9]}**"], {7}),
        (["departments**"], {0, 1, 2}),
        (["Departments/**"], set()),
        (["departments[!x]finance.json"], set()),
        (["top\\.csv"], {9}),
        (["top\\*csv"], set()),
    ],
)
def test_exclusions_are_globs_below_the_target(patterns: list[str], excluded: set[int]) -> None:
    globs = [compiled(pattern.strip()) for pattern in patterns]
    found = {number for number, file in enumerate(FILES) if any(glob.fullmatch(file) for glob in globs)}
    assert found == excluded


def test_exclusions_are_kept_in_the_table_as_locations(lake: Lake) -> None:
    lake.put("t/a.json", '{"a":1}\n')
    lake.create(Targets={"S3Targets": [{"Path": f"{lake.url}/t/", "Exclusions": ["*.zip", "old/**"]}]})
    lake.crawl()
    exclusions = lake.tables()["t"]["Parameters"]["exclusions"]
    assert json.loads(exclusions) == [f"{lake.url}/t/*.zip", f"{lake.url}/t/old/**"]


def test_a_partition_has_the_columns_of_its_own_files(lake: Lake) -> None:
    lake.put("t/day=1/x.csv", "id,name\n1,a\n")
    lake.put("t/day=2/x.csv", "id,name\n1.5,a\n2.5,b\n")
    lake.create("t/")
    lake.crawl()
    assert lake.columns("t") == {"id": "double", "name": "string"}
    assert lake.tables()["t"]["Parameters"]["partition_filtering.enabled"] == "true"
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    kinds = [[column["Type"] for column in one["StorageDescriptor"]["Columns"]] for one in found]
    assert kinds == [["bigint", "string"], ["double", "string"]]
    assert [one["StorageDescriptor"]["Location"] for one in found] == [
        f"{lake.url}/t/day=1/",
        f"{lake.url}/t/day=2/",
    ]
    assert [one["Parameters"]["sizeKey"] for one in found] == ["12", "20"]


COLUMNS = [
    {"Name": "id", "Type": "bigint"},
    {"Name": "year", "Type": "bigint"},
    {"Name": "name", "Type": "string"},
]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_a_column_named_like_a_partition_key_is_in_both_lists(lake: Lake, delimiter: str) -> None:
    lake.put("t/year=2024/part.csv", "id,year,name\n1,5,a\n2,6,b\n".replace(",", delimiter))
    lake.create("t/")
    crawl = lake.crawl()
    table = lake.tables()["t"]
    assert (table["StorageDescriptor"]["Columns"], lake.keys("t")) == (COLUMNS, ["year"])
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    assert [(one["Values"], one["StorageDescriptor"]["Columns"]) for one in found] == [(["2024"], COLUMNS)]
    assert (
        f"WARN : Column year of {lake.url}/t/ is a partition key, too: Athena refuses such a table"
        " (HIVE_INVALID_METADATA). Rename the column in the files, or the folders."
    ) in lake.said(crawl)


def test_files_read_by_name_have_it_in_both_lists_too(lake: Lake) -> None:
    lake.put("json/year=2024/part.json", '{"id":1,"year":5,"name":"a"}\n')
    lake.put("parquet/year=2024/part.parquet", parquet(pa.table({"id": [1], "year": [5], "name": ["a"]})))
    lake.create("json/", "parquet/")
    lake.crawl()
    for name, table in lake.tables().items():
        kinds = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
        assert [*kinds] == ["id", "year", "name"], name
        assert lake.keys(name) == ["year"]


def test_more_tables_than_the_threshold_fail_the_crawl_and_none_is_written(lake: Lake) -> None:
    for number in range(3):
        lake.put(f"t/{number}/x.json", f'{{"a{number}":1}}\n')
    output = {"CrawlerOutput": {"Tables": {"TableThreshold": 2}}}
    lake.create("t/", Configuration=json.dumps({"Version": 1.0, **output}))
    last = lake.crawl()
    assert (last["Status"], last["ErrorMessage"]) == (
        "FAILED",
        "The number of tables detected by crawler: 3 is greater than the table threshold value provided: 2."
        " Failing crawler without writing to Data Catalog.",
    )
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.tables()
    lake.glue.update_crawler(
        Name=lake.name, Configuration=json.dumps({"CrawlerOutput": {"Tables": {"TableThreshold": 3}}})
    )
    assert lake.crawl()["Status"] == "SUCCEEDED"
