"""Crawls: which folders and objects become tables, under which names, and which become partitions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from glue_service.aws import BUCKET
from glue_service.crawler_fixture import each_folder, parquet

from local_glue.crawlers.targets.globs import compiled

if TYPE_CHECKING:
    from glue_service.crawler_fixture import CrawlerFixture


def test_parquet_by_date_becomes_a_partitioned_table(crawled: CrawlerFixture) -> None:
    for day in ("2024-06-25", "2024-06-26"):
        crawled.put(f"curated/listens/listen_date={day}/part-0.parquet", parquet())
    crawled.put("curated/listens/_SUCCESS", "x")
    crawled.create("curated/listens/")
    last = crawled.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", crawled.name)
    table = crawled.tables()["listens"]
    assert table["PartitionKeys"] == [{"Name": "listen_date", "Type": "string"}]
    assert crawled.columns("listens") == {
        "user_id": "bigint",
        "track_id": "string",
        "at": "timestamp",
        "share": "double",
    }
    assert crawled.partitions("listens") == [["2024-06-25"], ["2024-06-26"]]
    assert table["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/{crawled.name}/curated/listens/"
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert table["Parameters"]["classification"] == "parquet"
    assert table["Parameters"]["UPDATED_BY_CRAWLER"] == crawled.name
    assert table["TableType"] == "EXTERNAL_TABLE"


def test_each_folder_of_its_own_schema_becomes_a_table(crawled: CrawlerFixture) -> None:
    crawled.put(
        "output/Tracks/report_date=2024-06-25/part-0.json",
        '{"track_id":"a","n":1}\n{"track_id":"b","n":3000000000}',
    )
    crawled.put("output/Top/listen_date=2024-06-25/part-0.json", '{"top":[{"rank":1,"name":"x"}]}\n')
    crawled.create("output/", TablePrefix="kpi_")
    crawled.crawl()
    assert set(crawled.tables()) == {"kpi_tracks", "kpi_top"}
    assert crawled.columns("kpi_tracks") == {"track_id": "string", "n": "bigint"}
    assert crawled.columns("kpi_top") == {"top": "array<struct<rank:int,name:string>>"}
    assert crawled.partitions("kpi_tracks") == [["2024-06-25"]]
    assert crawled.tables()["kpi_top"]["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "top"},
    }


def test_the_table_level_decides_even_for_equal_schemas(crawled: CrawlerFixture) -> None:
    for folder in ("one", "two"):
        crawled.put(f"output/{folder}/x.json", '{"a":1}\n')
    crawled.create("output/", Configuration=each_folder(4))
    crawled.crawl()
    assert set(crawled.tables()) == {"one", "two"}


def test_folders_of_one_schema_are_partitions_of_one_table(crawled: CrawlerFixture) -> None:
    for day in ("01", "02"):
        crawled.put(f"plain/{day}/x.json", '{"a":1}\n')
    crawled.create("plain/")
    crawled.crawl()
    assert crawled.tables()["plain"]["PartitionKeys"] == [{"Name": "partition_0", "Type": "string"}]
    assert crawled.partitions("plain") == [["01"], ["02"]]


def test_exclusions_hide_objects(crawled: CrawlerFixture) -> None:
    crawled.put("t/a.json", '{"a":1}\n')
    crawled.put("t/tmp/b.csv", "x,y\n1,2\n")
    path = f"s3://{BUCKET}/{crawled.name}/t"
    crawled.create(Targets={"S3Targets": [{"Path": path, "Exclusions": ["tmp/**"]}]})
    crawled.crawl()
    assert crawled.tables()["t"]["Parameters"]["objectCount"] == "1"


def test_partitions_of_other_columns_are_tables_unless_schemas_are_combined(crawled: CrawlerFixture) -> None:
    crawled.put("table1/year=2017/data1.json", '{"A": 1, "B": 2}')
    crawled.put("table1/year=2018/data2.json", '{"C": 3, "D": 4}')
    crawled.create("table1/")
    crawled.crawl()
    assert set(crawled.tables()) == {"year_2017", "year_2018"}
    grouping = {"TableGroupingPolicy": "CombineCompatibleSchemas"}
    crawled.glue.update_crawler(
        Name=crawled.name,
        Configuration=json.dumps({"Version": 1.0, "Grouping": grouping}),
        SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"},
    )
    crawled.crawl()
    assert set(crawled.tables()) == {"table1"}
    assert crawled.columns("table1") == dict.fromkeys("abcd", "int")
    assert crawled.keys("table1") == ["year"]


@pytest.mark.parametrize(("others", "tables"), [(3, {"t"}), (2, {"day_0", "day_1", "day_odd"})])
def test_folders_are_partitions_when_more_than_seventy_percent_are_alike(
    crawled: CrawlerFixture, others: int, tables: set[str]
) -> None:
    for day in range(others):
        crawled.put(f"t/day={day}/x.json", '{"a":1,"b":2}\n')
    crawled.put("t/day=odd/x.json", '{"y":1,"z":2}\n')
    crawled.create("t/")
    crawled.crawl()
    assert set(crawled.tables()) == tables


def test_folders_in_folders_are_several_keys_of_one_table(crawled: CrawlerFixture) -> None:
    for path in ("table1/partition1", "table1/partition2", "table2/partition4"):
        crawled.put(f"folder1/{path}/file.txt", "id,name\n1,a\n")
    crawled.create("folder1/")
    crawled.crawl()
    assert crawled.keys("folder1") == ["partition_0", "partition_1"]
    assert crawled.partitions("folder1") == [
        ["table1", "partition1"],
        ["table1", "partition2"],
        ["table2", "partition4"],
    ]


def test_keys_of_other_names_are_no_partitions_of_one_table(crawled: CrawlerFixture) -> None:
    for path in ("a/day=1", "b/month=1"):
        crawled.put(f"t/{path}/x.json", '{"a":1}\n')
    crawled.create("t/")
    crawled.crawl()
    assert {name: crawled.keys(name) for name in crawled.tables()} == {"a": ["day"], "b": ["month"]}


def test_files_of_one_folder_that_differ_are_tables_named_after_the_files(crawled: CrawlerFixture) -> None:
    crawled.put("mixed/Orders 2024.csv", "id,name\n1,a\n")
    crawled.put("mixed/x.json", '{"a":1}\n')
    crawled.put("mixed/in/y.json", '{"a":1}\n')
    crawled.create("mixed/")
    crawled.crawl()
    found = {name: table["StorageDescriptor"]["Location"] for name, table in crawled.tables().items()}
    assert found == {
        "orders_2024_csv": f"{crawled.url}/mixed/Orders 2024.csv",
        "x_json": f"{crawled.url}/mixed/x.json",
        "in": f"{crawled.url}/mixed/in/",
    }


def test_files_beside_folders_are_tables_of_their_own_unless_combined(crawled: CrawlerFixture) -> None:
    for key in ("x.json", "in/y.json"):
        crawled.put(f"t/{key}", '{"a":1}\n')
    crawled.create("t/", SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    crawled.crawl()
    assert set(crawled.tables()) == {"x_json", "in"}
    combined = {"Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
    crawled.glue.update_crawler(Name=crawled.name, Configuration=json.dumps(combined))
    last = crawled.crawl()
    assert set(crawled.tables()) == {"t"}
    assert f"WARN : Files in {crawled.url}/t/ are in no partition of {crawled.url}/t/" in crawled.said(last)


@pytest.mark.parametrize(
    ("path", "table", "location"),
    [("t/x.csv", "x_csv", "t/x.csv"), ("t", "t", "t/"), ("t/x.csv/", None, None), ("t/x", None, None)],
)
def test_a_target_is_a_folder_or_an_object(
    crawled: CrawlerFixture, path: str, table: str | None, location: str | None
) -> None:
    crawled.put("t/x.csv", "id,name\n1,a\n")
    crawled.put("t2/y.csv", "id,name\n1,a\n")
    crawled.create(path)
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    found = {name: one["StorageDescriptor"]["Location"] for name, one in crawled.tables().items()}
    assert found == ({table: f"{crawled.url}/{location}"} if table else {})


def test_a_bucket_by_its_name_alone_is_crawled_and_gives_its_name(crawled: CrawlerFixture) -> None:
    bucket = f"b-{crawled.name}".replace("_", "-")
    crawled.s3.create_bucket(Bucket=bucket)
    crawled.s3.put_object(Bucket=bucket, Key="foo=123/test.csv", Body="id,name\n1,test 1\n2,test 2\n")
    crawled.create(Targets={"S3Targets": [{"Path": f"s3://{bucket}"}]}, TablePrefix="Prefix1")
    crawled.crawl()
    name = f"prefix1{bucket}".replace("-", "_")
    assert {table: crawled.keys(table) for table in crawled.tables()} == {name: ["foo"]}
    assert crawled.tables()[name]["StorageDescriptor"]["Location"] == f"s3://{bucket}/"


def test_a_name_that_another_location_has_gets_a_hash(crawled: CrawlerFixture) -> None:
    for path in ("a/t", "b/t"):
        crawled.put(f"{path}/x.json", '{"a":1}\n')
    crawled.create("a/t/", "b/t/")
    crawled.crawl()
    first, second = sorted(crawled.tables())
    assert first == "t"
    assert re.fullmatch(r"t_[0-9a-f]{32}", second)
    crawled.crawl()
    assert sorted(crawled.tables()) == [first, second]


def test_hidden_and_empty_objects_are_no_data(crawled: CrawlerFixture) -> None:
    crawled.put("t/x.json", '{"a":1}\n')
    for key in ("_SUCCESS", ".x.json.crc", "_temporary/0/x.csv", "empty.csv", "folder_$folder$", "sub/"):
        crawled.put(f"t/{key}", "" if key[0] not in "_." else "other,data\n1,2\n")
    crawled.create("t/")
    crawled.crawl()
    assert crawled.columns("t") == {"a": "int"}
    assert crawled.tables()["t"]["Parameters"]["objectCount"] == "1"


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


def test_exclusions_are_kept_in_the_table_as_locations(crawled: CrawlerFixture) -> None:
    crawled.put("t/a.json", '{"a":1}\n')
    crawled.create(Targets={"S3Targets": [{"Path": f"{crawled.url}/t/", "Exclusions": ["*.zip", "old/**"]}]})
    crawled.crawl()
    exclusions = crawled.tables()["t"]["Parameters"]["exclusions"]
    assert json.loads(exclusions) == [f"{crawled.url}/t/*.zip", f"{crawled.url}/t/old/**"]


def test_a_partition_has_the_columns_of_its_own_files(crawled: CrawlerFixture) -> None:
    crawled.put("t/day=1/x.csv", "id,name\n1,a\n")
    crawled.put("t/day=2/x.csv", "id,name\n1.5,a\n2.5,b\n")
    crawled.create("t/")
    crawled.crawl()
    assert crawled.columns("t") == {"id": "double", "name": "string"}
    assert crawled.tables()["t"]["Parameters"]["partition_filtering.enabled"] == "true"
    found = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
    kinds = [[column["Type"] for column in one["StorageDescriptor"]["Columns"]] for one in found]
    assert kinds == [["bigint", "string"], ["double", "string"]]
    assert [one["StorageDescriptor"]["Location"] for one in found] == [
        f"{crawled.url}/t/day=1/",
        f"{crawled.url}/t/day=2/",
    ]
    assert [one["Parameters"]["sizeKey"] for one in found] == ["12", "20"]


COLUMNS = [
    {"Name": "id", "Type": "bigint"},
    {"Name": "year", "Type": "bigint"},
    {"Name": "name", "Type": "string"},
]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_a_column_named_like_a_partition_key_is_in_both_lists(
    crawled: CrawlerFixture, delimiter: str
) -> None:
    crawled.put("t/year=2024/part.csv", "id,year,name\n1,5,a\n2,6,b\n".replace(",", delimiter))
    crawled.create("t/")
    crawl = crawled.crawl()
    table = crawled.tables()["t"]
    assert (table["StorageDescriptor"]["Columns"], crawled.keys("t")) == (COLUMNS, ["year"])
    found = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
    assert [(one["Values"], one["StorageDescriptor"]["Columns"]) for one in found] == [(["2024"], COLUMNS)]
    assert (
        f"WARN : Column year of {crawled.url}/t/ is a partition key, too: Athena refuses such a table"
        " (HIVE_INVALID_METADATA). Rename the column in the files, or the folders."
    ) in crawled.said(crawl)


def test_files_read_by_name_have_it_in_both_lists_too(crawled: CrawlerFixture) -> None:
    crawled.put("json/year=2024/part.json", '{"id":1,"year":5,"name":"a"}\n')
    crawled.put("parquet/year=2024/part.parquet", parquet(pa.table({"id": [1], "year": [5], "name": ["a"]})))
    crawled.create("json/", "parquet/")
    crawled.crawl()
    for name, table in crawled.tables().items():
        kinds = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
        assert [*kinds] == ["id", "year", "name"], name
        assert crawled.keys(name) == ["year"]


def test_more_tables_than_the_threshold_fail_the_crawl_and_none_is_written(crawled: CrawlerFixture) -> None:
    for number in range(3):
        crawled.put(f"t/{number}/x.json", f'{{"a{number}":1}}\n')
    output = {"CrawlerOutput": {"Tables": {"TableThreshold": 2}}}
    crawled.create("t/", Configuration=json.dumps({"Version": 1.0, **output}))
    last = crawled.crawl()
    assert (last["Status"], last["ErrorMessage"]) == (
        "FAILED",
        "The number of tables detected by crawler: 3 is greater than the table threshold value provided: 2."
        " Failing crawler without writing to Data Catalog.",
    )
    with pytest.raises(crawled.glue.exceptions.EntityNotFoundException):
        crawled.tables()
    crawled.glue.update_crawler(
        Name=crawled.name, Configuration=json.dumps({"CrawlerOutput": {"Tables": {"TableThreshold": 3}}})
    )
    assert crawled.crawl()["Status"] == "SUCCEEDED"
