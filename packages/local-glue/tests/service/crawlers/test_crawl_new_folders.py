"""Crawls of new folders only: what they add, and what they leave unread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from glue_service.aws import BUCKET, client
from glue_service.crawler_fixture import KEEP_ALL, CrawlerFixture, each_folder

from local_glue.crawlers.changes import Changes
from local_glue.crawlers.crawl import Crawl
from local_glue.crawlers.definitions import define_crawler
from local_glue.store import Scope, Store

if TYPE_CHECKING:
    from glue_service.service import GlueService


def test_only_new_folders_are_crawled_on_request(crawled: CrawlerFixture) -> None:
    recrawl = {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    with pytest.raises(ClientError, match="can have only LOG DeleteBehavior value"):
        crawled.create("t/", RecrawlPolicy=recrawl)
    crawled.put("t/day=1/x.json", '{"a":1}\n')
    crawled.create("t/", RecrawlPolicy=recrawl, SchemaChangePolicy=KEEP_ALL)
    crawled.crawl()
    first = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
    crawled.put("t/day=1/y.json", '{"a":1}\n')
    crawled.put("t/day=2/x.json", '{"a":1}\n')
    crawled.crawl()
    found = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
    assert found[:1] == first
    assert [one["Values"] for one in found] == [["1"], ["2"]]


def test_of_old_folders_not_even_a_file_is_read_when_only_new_ones_are_crawled(
    service: GlueService, tmp_path: Path
) -> None:
    crawled = CrawlerFixture(service)
    store, scope = Store(tmp_path / "glue.sqlite3"), Scope("000000000000", "us-east-1")
    read: list[str] = []
    s3 = client(service.url, "s3")  # of this test alone, as it counts what is read
    s3.meta.events.register(
        "provide-client-params.s3.GetObject", lambda params, **_: read.append(params["Key"].split("/", 1)[1])
    )

    def crawl(behavior: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
        crawler = define_crawler(
            {
                "Name": crawled.name,
                "DatabaseName": crawled.name,
                "Targets": {"S3Targets": [{"Path": f"s3://{BUCKET}/{crawled.name}/t/"}]},
                "RecrawlPolicy": {"RecrawlBehavior": behavior},
                "SchemaChangePolicy": KEEP_ALL,
            }
        )
        read.clear()
        changes = Changes()
        Crawl(store, scope, crawler, s3, changes, lambda: None).run()
        return sorted(set(read)), changes.done

    days = [f"t/day={day}/x.json" for day in range(4)]
    for key in days[:3]:
        crawled.put(key, '{"a":1}\n')
    read_first, done = crawl("CRAWL_NEW_FOLDERS_ONLY")
    assert (read_first, done["TABLE", "ADD"]) == (days[:3], ["t"])
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == ([], {})
    crawled.put(days[3], '{"a":1}\n')
    crawled.put("t/day=0/y.json", '{"a":1}\n')
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == (days[3:], {("PARTITION", "ADD"): ["t/3"]})
    assert len(crawl("CRAWL_EVERYTHING")[0]) == 5
    store.close()


def test_a_crawler_of_new_folders_takes_new_columns_when_it_crawls_everything_once(
    crawled: CrawlerFixture,
) -> None:
    new_only = {
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        "SchemaChangePolicy": KEEP_ALL,
    }
    crawled.put("t/day=1/x.json", '{"a":1}\n')
    crawled.create("t/", **new_only)
    crawled.crawl()
    for day in (1, 2):
        crawled.put(f"t/day={day}/x.json", '{"a":1,"b":1}\n')
    crawled.crawl()
    assert (crawled.columns("t"), crawled.partitions("t")) == ({"a": "int"}, [["1"], ["2"]])
    crawled.glue.update_crawler(
        Name=crawled.name,
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVERYTHING"},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    crawled.crawl()
    crawled.glue.update_crawler(Name=crawled.name, **new_only)
    crawled.crawl()
    assert crawled.columns("t") == {"a": "int", "b": "int"}
    found = crawled.glue.get_partitions(DatabaseName=crawled.name, TableName="t")["Partitions"]
    assert [len(one["StorageDescriptor"]["Columns"]) for one in found] == [2, 2]


def test_new_folders_of_two_targets_go_to_the_tables_of_their_level(crawled: CrawlerFixture) -> None:
    def deliver(*folders: str) -> None:
        for folder in folders:
            crawled.put(f"{folder}/x.json", '{"a":1,"b":2}\n')

    def state() -> dict[str, list[list[str]]]:
        return {name: crawled.partitions(name) for name in sorted(crawled.tables())}

    deliver("curated/listens/day=1", "output/top/day=1", "output/genres/report=1")
    crawled.create(
        *("curated/listens/", "output/"),
        Configuration=each_folder(4),
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        SchemaChangePolicy=KEEP_ALL,
    )
    crawled.crawl()
    assert state() == {"genres": [["1"]], "listens": [["1"]], "top": [["1"]]}
    deliver("curated/listens/day=2", "output/top/day=3", "output/late/day=3")
    last = crawled.crawl()
    assert state() == {
        "genres": [["1"]],
        "late": [["3"]],
        "listens": [["1"], ["2"]],
        "top": [["1"], ["3"]],
    }
    assert not [line for line in crawled.said(last) if line.startswith("WARN")]
    crawled.put("output/loose.json", '{"a":1}\n')
    assert f"WARN : 1 file(s) of {crawled.url}/output/ are above TableLevelConfiguration" in crawled.said(
        crawled.crawl()
    )
