"""Crawls again: what the policies for changed schemas, deleted data and old folders allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from glue_service.crawler_fixture import KEEP_ALL

if TYPE_CHECKING:
    from glue_service.crawler_fixture import CrawlerFixture

MERGE = json.dumps({"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}})
INHERIT = json.dumps({"CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}})


def test_a_second_crawl_adds_what_is_new_and_updates_what_changed(crawled: CrawlerFixture) -> None:
    crawled.put("t/day=1/a.json", '{"a":1}\n')
    crawled.create("t/")
    crawled.crawl()
    crawled.crawl()
    metrics = crawled.glue.get_crawler_metrics(CrawlerNameList=[crawled.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (0, 0)
    crawled.put("t/day=2/a.json", '{"a":2.5,"b":"new"}\n')
    crawled.crawl()
    assert crawled.columns("t") == {"a": "double", "b": "string"}
    assert crawled.partitions("t") == [["1"], ["2"]]
    metrics = crawled.glue.get_crawler_metrics(CrawlerNameList=[crawled.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"], metrics["TablesDeleted"]) == (0, 1, 0)
    assert metrics["LastRuntimeSeconds"] > 0
    assert metrics["MedianRuntimeSeconds"] > 0


def test_tables_whose_data_is_gone_are_marked_and_come_back(crawled: CrawlerFixture) -> None:
    for table in ("a", "b"):
        crawled.put(f"{table}/x.json", json.dumps({table: 1}) + "\n")
    crawled.create("a/", "b/")
    crawled.crawl()
    crawled.delete("b/x.json")
    crawled.crawl()
    assert "DEPRECATED_BY_CRAWLER" in crawled.tables()["b"]["Parameters"]
    assert "DEPRECATED_BY_CRAWLER" not in crawled.tables()["a"]["Parameters"]
    crawled.crawl()
    assert crawled.tables()["b"]["VersionId"] == "1"  # marked once
    crawled.put("b/x.json", '{"b":1}\n')
    crawled.crawl()
    assert "DEPRECATED_BY_CRAWLER" not in crawled.tables()["b"]["Parameters"]


@pytest.mark.parametrize(
    ("behavior", "left"), [("DELETE_FROM_DATABASE", {"a", "own"}), ("LOG", {"a", "b", "own"})]
)
def test_the_delete_behavior_decides_about_tables_and_partitions(
    crawled: CrawlerFixture, behavior: str, left: set[str]
) -> None:
    for key in ("a/day=1", "a/day=2", "b"):
        crawled.put(f"{key}/x.json", json.dumps({key[0]: 1}) + "\n")
    crawled.create("a/", "b/", SchemaChangePolicy={**KEEP_ALL, "DeleteBehavior": behavior})
    crawled.crawl()
    crawled.glue.create_table(DatabaseName=crawled.name, TableInput={"Name": "own"})  # no crawler's
    for key in ("a/day=1", "b"):
        crawled.delete(f"{key}/x.json")
    crawled.crawl()
    assert set(crawled.tables()) == left
    is_deleted = behavior != "LOG"
    assert crawled.partitions("a") == ([["2"]] if is_deleted else [["1"], ["2"]])
    metrics = crawled.glue.get_crawler_metrics(CrawlerNameList=[crawled.name])["CrawlerMetricsList"][0]
    assert metrics["TablesDeleted"] == int(is_deleted)


def test_a_schema_change_is_only_logged_when_the_policy_says_so(crawled: CrawlerFixture) -> None:
    crawled.put("t/day=1/x.json", '{"a":1}\n')
    crawled.create("t/", SchemaChangePolicy=KEEP_ALL)
    crawled.crawl()
    crawled.put("t/day=2/x.json", '{"a":1,"b":2}\n')
    crawled.crawl()
    assert crawled.columns("t") == {"a": "int"}
    assert crawled.partitions("t") == [["1"], ["2"]]


@pytest.mark.parametrize("merges", [False, True])
def test_an_update_takes_away_what_people_wrote_unless_it_merges_new_columns(
    crawled: CrawlerFixture, merges: bool
) -> None:
    crawled.put("t/x.json", '{"a":1,"b":1}\n')
    crawled.create("t/", Configuration=MERGE if merges else "{}")
    crawled.crawl()
    table = crawled.tables()["t"]
    table["StorageDescriptor"]["Columns"][0] = {"Name": "a", "Type": "bigint", "Comment": "a comment"}
    changed = {
        "Name": "t",
        "Description": "ours",
        "StorageDescriptor": table["StorageDescriptor"],
        "Parameters": {**table["Parameters"], "owner": "us"},
    }
    crawled.glue.update_table(DatabaseName=crawled.name, TableInput=changed)
    crawled.put("t/x.json", '{"a":1,"c":1}\n')
    crawled.crawl()
    table = crawled.tables()["t"]
    kept = [{"Name": "a", "Type": "bigint", "Comment": "a comment"}, {"Name": "b", "Type": "int"}]
    columns = kept if merges else [{"Name": "a", "Type": "int"}]
    assert table["StorageDescriptor"]["Columns"] == [*columns, {"Name": "c", "Type": "int"}]
    assert (table.get("Description"), table["Parameters"].get("owner")) == (
        ("ours", "us") if merges else (None, None)
    )


def test_new_columns_are_merged_on_request(crawled: CrawlerFixture) -> None:
    crawled.put("t/x.json", '{"a":1,"b":1}\n')
    crawled.create("t/", Configuration=MERGE)
    crawled.crawl()
    crawled.put("t/x.json", '{"a":1,"c":1}\n')
    crawled.crawl()
    assert crawled.columns("t") == {"a": "int", "b": "int", "c": "int"}


@pytest.mark.parametrize("update", ["UPDATE_IN_DATABASE", "LOG"])
def test_merging_goes_into_structs_and_comes_before_the_policy(crawled: CrawlerFixture, update: str) -> None:
    crawled.put("t/x.json", '{"a":{"x":1,"y":[{"p":1}]}}\n')
    crawled.create(
        "t/", Configuration=MERGE, SchemaChangePolicy={"UpdateBehavior": update, "DeleteBehavior": "LOG"}
    )
    crawled.crawl()
    crawled.put("t/x.json", '{"a":{"x":1.5,"y":[{"q":"s"}],"z":true}}\n')
    crawled.crawl()
    assert crawled.columns("t") == {"a": "struct<x:int,y:array<struct<p:int,q:string>>,z:boolean>"}


def test_data_of_another_format_deprecates_a_table_that_merges_new_columns(crawled: CrawlerFixture) -> None:
    crawled.put("t/x.json", '{"a":1}\n')
    crawled.create("t/", Configuration=MERGE)
    crawled.crawl()
    crawled.put("t/x.json", "id,name\n1,a\n")
    last = crawled.crawl()
    table = crawled.tables()["t"]
    assert "DEPRECATED_BY_CRAWLER" in table["Parameters"]
    assert table["Parameters"]["classification"] == "json"
    assert crawled.columns("t") == {"a": "int"}
    assert any(line.startswith("WARN : Table t is marked deprecated") for line in crawled.said(last))


def test_partitions_inherit_from_their_table_on_request(crawled: CrawlerFixture) -> None:
    crawled.put("t/day=1/x.csv", "id,name\n1,a\n")
    crawled.put("t/day=2/x.csv", "id,name\n1.5,a\n2.5,b\n")
    crawled.create("t/", SchemaChangePolicy=KEEP_ALL)
    crawled.crawl()

    def kinds() -> list[str]:
        found = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
        assert [one["Parameters"]["sizeKey"] for one in found] == ["12", "20"]
        assert [one["StorageDescriptor"]["Location"][-2:] for one in found] == ["1/", "2/"]
        return [one["StorageDescriptor"]["Columns"][0]["Type"] for one in found]

    assert kinds() == ["bigint", "double"]
    table = crawled.tables()["t"]
    table["StorageDescriptor"]["Columns"][0]["Type"] = "string"
    members = ("Name", "StorageDescriptor", "Parameters", "PartitionKeys")
    crawled.glue.update_table(DatabaseName=crawled.name, TableInput={name: table[name] for name in members})
    crawled.crawl()
    assert kinds() == ["bigint", "double"]
    crawled.glue.update_crawler(Name=crawled.name, Configuration=INHERIT)
    crawled.crawl()
    assert kinds() == ["string", "string"]
    assert crawled.columns("t")["id"] == "string"


def test_partitions_whose_data_is_gone_are_named_in_the_log(crawled: CrawlerFixture) -> None:
    for day in ("1", "2"):
        crawled.put(f"t/day={day}/x.json", '{"a":1}\n')
    crawled.create("t/")
    crawled.crawl()
    crawled.delete("t/day=1/x.json")
    last = crawled.crawl()
    assert crawled.partitions("t") == [["1"], ["2"]]
    assert (
        "INFO : Found partition of table t with partition values [1] with no matching schema at the"
        " partition's S3 location"
    ) in crawled.said(last)
