"""Crawls of new folders only: what they add, and what they leave unread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from glue_service.lake import KEEP_ALL, Lake, each_folder
from glue_service.support import BUCKET, client

from local_glue.crawlers.changes import Changes
from local_glue.crawlers.crawl import Crawl
from local_glue.crawlers.definitions import define_crawler
from local_glue.store import Scope, Store

if TYPE_CHECKING:
    from glue_service.support import Stage


def test_only_new_folders_are_crawled_on_request(lake: Lake) -> None:
    recrawl = {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}
    with pytest.raises(ClientError, match="can have only LOG DeleteBehavior value"):
        lake.create("t/", RecrawlPolicy=recrawl)
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/", RecrawlPolicy=recrawl, SchemaChangePolicy=KEEP_ALL)
    lake.crawl()
    first = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    lake.put("t/day=1/y.json", '{"a":1}\n')
    lake.put("t/day=2/x.json", '{"a":1}\n')
    lake.crawl()
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    assert found[:1] == first
    assert [one["Values"] for one in found] == [["1"], ["2"]]


def test_of_old_folders_not_even_a_file_is_read_when_only_new_ones_are_crawled(
    stage: Stage, tmp_path: Path
) -> None:
    lake = Lake(stage)
    store, scope = Store(tmp_path / "glue.sqlite3"), Scope("000000000000", "us-east-1")
    read: list[str] = []
    s3 = client(stage.url, "s3")  # of this test alone, as it counts what is read
    s3.meta.events.register(
        "provide-client-params.s3.GetObject", lambda params, **_: read.append(params["Key"].split("/", 1)[1])
    )

    def crawl(behavior: str) -> tuple[list[str], dict[tuple[str, str], list[str]]]:
        crawler = define_crawler(
            {
                "Name": lake.name,
                "DatabaseName": lake.name,
                "Targets": {"S3Targets": [{"Path": f"s3://{BUCKET}/{lake.name}/t/"}]},
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
        lake.put(key, '{"a":1}\n')
    read_first, done = crawl("CRAWL_NEW_FOLDERS_ONLY")
    assert (read_first, done["TABLE", "ADD"]) == (days[:3], ["t"])
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == ([], {})
    lake.put(days[3], '{"a":1}\n')
    lake.put("t/day=0/y.json", '{"a":1}\n')
    assert crawl("CRAWL_NEW_FOLDERS_ONLY") == (days[3:], {("PARTITION", "ADD"): ["t/3"]})
    assert len(crawl("CRAWL_EVERYTHING")[0]) == 5
    store.close()


def test_a_crawler_of_new_folders_takes_new_columns_when_it_crawls_everything_once(lake: Lake) -> None:
    new_only = {
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        "SchemaChangePolicy": KEEP_ALL,
    }
    lake.put("t/day=1/x.json", '{"a":1}\n')
    lake.create("t/", **new_only)
    lake.crawl()
    for day in (1, 2):
        lake.put(f"t/day={day}/x.json", '{"a":1,"b":1}\n')
    lake.crawl()
    assert (lake.columns("t"), lake.partitions("t")) == ({"a": "int"}, [["1"], ["2"]])
    lake.glue.update_crawler(
        Name=lake.name,
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_EVERYTHING"},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    lake.crawl()
    lake.glue.update_crawler(Name=lake.name, **new_only)
    lake.crawl()
    assert lake.columns("t") == {"a": "int", "b": "int"}
    found = lake.glue.get_partitions(DatabaseName=lake.name, TableName="t")["Partitions"]
    assert [len(one["StorageDescriptor"]["Columns"]) for one in found] == [2, 2]


def test_new_folders_of_two_targets_go_to_the_tables_of_their_level(lake: Lake) -> None:
    def deliver(*folders: str) -> None:
        for folder in folders:
            lake.put(f"{folder}/x.json", '{"a":1,"b":2}\n')

    def state() -> dict[str, list[list[str]]]:
        return {name: lake.partitions(name) for name in sorted(lake.tables())}

    deliver("curated/listens/day=1", "output/top/day=1", "output/genres/report=1")
    lake.create(
        *("curated/listens/", "output/"),
        Configuration=each_folder(4),
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        SchemaChangePolicy=KEEP_ALL,
    )
    lake.crawl()
    assert state() == {"genres": [["1"]], "listens": [["1"]], "top": [["1"]]}
    deliver("curated/listens/day=2", "output/top/day=3", "output/late/day=3")
    last = lake.crawl()
    assert state() == {
        "genres": [["1"]],
        "late": [["3"]],
        "listens": [["1"], ["2"]],
        "top": [["1"], ["3"]],
    }
    assert not [line for line in lake.said(last) if line.startswith("WARN")]
    lake.put("output/loose.json", '{"a":1}\n')
    assert f"WARN : 1 file(s) of {lake.url}/output/ are above TableLevelConfiguration" in lake.said(
        lake.crawl()
    )
