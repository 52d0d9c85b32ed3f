"""Crawls of DynamoDB tables and of tables that the catalog has already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from glue_service.crawler_fixture import KEEP_ALL

if TYPE_CHECKING:
    from glue_service.crawler_fixture import CrawlerFixture

LOG_DELETES = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}


def make_table(crawled: CrawlerFixture, **items: dict[str, Any]) -> str:
    dynamodb = crawled.service.aws("dynamodb")
    dynamodb.create_table(
        TableName=crawled.name,
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "Id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for key, item in items.items():
        dynamodb.put_item(TableName=crawled.name, Item={"Id": {"S": key}, "at": {"N": "1"}, **item})
    return crawled.name


def test_a_dynamodb_table_becomes_a_table_of_its_attributes(crawled: CrawlerFixture) -> None:
    first = {
        "n": {"N": "1"},
        "maybe": {"NULL": True},
        "tags": {"SS": ["a", "b"]},
        "rows": {"L": [{"M": {"rank": {"N": "1"}}}, {"M": {"name": {"S": "x"}}}]},
    }
    name = make_table(crawled, a=first, b={"n": {"N": "1.5"}, "maybe": {"BOOL": True}, "raw": {"B": b"x"}})
    crawled.create(Targets={"DynamoDBTargets": [{"Path": name}]}, TablePrefix="items_")
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    table = crawled.tables()[f"items_{name}"]
    assert crawled.columns(f"items_{name}") == {
        "id": "string",
        "at": "bigint",
        "n": "double",
        "maybe": "boolean",
        "tags": "array<string>",
        "rows": "array<struct<rank:bigint,name:string>>",
        "raw": "binary",
    }
    arn = crawled.service.aws("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
    assert table["StorageDescriptor"]["Location"] == arn
    wanted = {"classification": "dynamodb", "typeOfData": "table", "hashKey": "Id", "rangeKey": "at"}
    assert wanted.items() <= table["Parameters"].items()


def test_a_dynamodb_table_that_is_gone_fails_the_crawl(crawled: CrawlerFixture) -> None:
    name = make_table(crawled)
    crawled.create(Targets={"DynamoDBTargets": [{"Path": name}]})
    crawled.service.aws("dynamodb").delete_table(TableName=name)
    last = crawled.crawl()
    assert last["Status"] == "FAILED"
    assert f"{name} can't be read" in last["ErrorMessage"]
    assert "ResourceNotFoundException" in last["ErrorMessage"]


def test_a_table_of_the_catalog_is_updated_and_none_is_made(crawled: CrawlerFixture) -> None:
    for day in ("1", "2"):
        crawled.put(f"t/day={day}/x.json", '{"a":1,"new":true}\n')
    crawled.glue.create_database(DatabaseInput={"Name": crawled.name})
    storage = {"Columns": [{"Name": "a", "Type": "int"}], "Location": f"{crawled.url}/t/"}
    table = {"Name": "mine", "StorageDescriptor": storage, "PartitionKeys": [{"Name": "day", "Type": "int"}]}
    crawled.glue.create_table(DatabaseName=crawled.name, TableInput=table)
    targets = {"CatalogTargets": [{"DatabaseName": crawled.name, "Tables": ["mine"]}]}
    crawled.create(Targets=targets, DatabaseName="unused", SchemaChangePolicy=LOG_DELETES)
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    assert set(crawled.tables()) == {"mine"}
    assert crawled.columns("mine") == {"a": "int", "new": "boolean"}
    assert crawled.tables()["mine"]["PartitionKeys"] == table["PartitionKeys"]
    assert crawled.partitions("mine") == [["1"], ["2"]]
    for day in ("1", "2"):
        crawled.delete(f"t/day={day}/x.json")
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    assert crawled.partitions("mine") == [["1"], ["2"]]
    assert crawled.columns("mine") == {"a": "int", "new": "boolean"}
    crawled.glue.delete_table(DatabaseName=crawled.name, Name="mine")
    last = crawled.crawl()
    assert (last["Status"], last["ErrorMessage"]) == (
        "FAILED",
        f"A catalog target must be a table with an S3 location, found {crawled.name}.mine with none.",
    )


@pytest.mark.parametrize(
    ("targets", "policy", "message"),
    [
        ({}, {}, "can have only LOG DeleteBehavior value"),
        ({"S3Targets": [{"Path": "s3://b/"}]}, KEEP_ALL, "can't be mixed with others, found S3Targets"),
    ],
)
def test_catalog_targets_come_alone_and_delete_nothing(
    crawled: CrawlerFixture, targets: dict[str, Any], policy: dict[str, str], message: str
) -> None:
    catalog = {"CatalogTargets": [{"DatabaseName": crawled.name, "Tables": ["mine"]}]}
    with pytest.raises(ClientError, match="InvalidInputException") as caught:
        crawled.create(Targets={**catalog, **targets}, SchemaChangePolicy=policy)
    assert message in str(caught.value)
