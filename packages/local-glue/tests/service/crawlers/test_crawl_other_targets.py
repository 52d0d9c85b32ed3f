"""Crawls of DynamoDB tables and of tables that the catalog has already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from glue_service.lake import KEEP_ALL

if TYPE_CHECKING:
    from glue_service.lake import Lake

LOG_DELETES = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}


def make_table(lake: Lake, **items: dict[str, Any]) -> str:
    dynamodb = lake.stage.aws("dynamodb")
    dynamodb.create_table(
        TableName=lake.name,
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "Id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for key, item in items.items():
        dynamodb.put_item(TableName=lake.name, Item={"Id": {"S": key}, "at": {"N": "1"}, **item})
    return lake.name


def test_a_dynamodb_table_becomes_a_table_of_its_attributes(lake: Lake) -> None:
    first = {
        "n": {"N": "1"},
        "maybe": {"NULL": True},
        "tags": {"SS": ["a", "b"]},
        "rows": {"L": [{"M": {"rank": {"N": "1"}}}, {"M": {"name": {"S": "x"}}}]},
    }
    name = make_table(lake, a=first, b={"n": {"N": "1.5"}, "maybe": {"BOOL": True}, "raw": {"B": b"x"}})
    lake.create(Targets={"DynamoDBTargets": [{"Path": name}]}, TablePrefix="items_")
    assert lake.crawl()["Status"] == "SUCCEEDED"
    table = lake.tables()[f"items_{name}"]
    assert lake.columns(f"items_{name}") == {
        "id": "string",
        "at": "bigint",
        "n": "double",
        "maybe": "boolean",
        "tags": "array<string>",
        "rows": "array<struct<rank:bigint,name:string>>",
        "raw": "binary",
    }
    arn = lake.stage.aws("dynamodb").describe_table(TableName=name)["Table"]["TableArn"]
    assert table["StorageDescriptor"]["Location"] == arn
    wanted = {"classification": "dynamodb", "typeOfData": "table", "hashKey": "Id", "rangeKey": "at"}
    assert wanted.items() <= table["Parameters"].items()


def test_a_dynamodb_table_that_is_not_there_fails_the_crawl(lake: Lake) -> None:
    lake.create(Targets={"DynamoDBTargets": [{"Path": "no-such-table"}]})
    last = lake.crawl()
    assert last["Status"] == "FAILED"
    assert "no-such-table can't be read" in last["ErrorMessage"]
    assert "ResourceNotFoundException" in last["ErrorMessage"]


def test_a_table_of_the_catalog_is_updated_and_none_is_made(lake: Lake) -> None:
    for day in ("1", "2"):
        lake.put(f"t/day={day}/x.json", '{"a":1,"new":true}\n')
    lake.glue.create_database(DatabaseInput={"Name": lake.name})
    storage = {"Columns": [{"Name": "a", "Type": "int"}], "Location": f"{lake.url}/t/"}
    table = {"Name": "mine", "StorageDescriptor": storage, "PartitionKeys": [{"Name": "day", "Type": "int"}]}
    lake.glue.create_table(DatabaseName=lake.name, TableInput=table)
    targets = {"CatalogTargets": [{"DatabaseName": lake.name, "Tables": ["mine"]}]}
    lake.create(Targets=targets, DatabaseName="unused", SchemaChangePolicy=LOG_DELETES)
    assert lake.crawl()["Status"] == "SUCCEEDED"
    assert set(lake.tables()) == {"mine"}
    assert lake.columns("mine") == {"a": "int", "new": "boolean"}
    assert lake.tables()["mine"]["PartitionKeys"] == table["PartitionKeys"]
    assert lake.partitions("mine") == [["1"], ["2"]]
    for day in ("1", "2"):
        lake.delete(f"t/day={day}/x.json")
    assert lake.crawl()["Status"] == "SUCCEEDED"
    assert lake.partitions("mine") == [["1"], ["2"]]
    assert lake.columns("mine") == {"a": "int", "new": "boolean"}
    lake.glue.delete_table(DatabaseName=lake.name, Name="mine")
    last = lake.crawl()
    assert (last["Status"], last["ErrorMessage"]) == (
        "FAILED",
        f"A catalog target must be a table with an S3 location, found {lake.name}.mine with none.",
    )


@pytest.mark.parametrize(
    ("targets", "policy", "message"),
    [
        ({}, {}, "can have only LOG DeleteBehavior value"),
        ({"S3Targets": [{"Path": "s3://b/"}]}, KEEP_ALL, "can't be mixed with others, found S3Targets"),
    ],
)
def test_catalog_targets_come_alone_and_delete_nothing(
    lake: Lake, targets: dict[str, Any], policy: dict[str, str], message: str
) -> None:
    catalog = {"CatalogTargets": [{"DatabaseName": lake.name, "Tables": ["mine"]}]}
    with pytest.raises(ClientError, match="InvalidInputException") as caught:
        lake.create(Targets={**catalog, **targets}, SchemaChangePolicy=policy)
    assert message in str(caught.value)
