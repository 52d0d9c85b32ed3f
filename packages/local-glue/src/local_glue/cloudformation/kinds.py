"""Each AWS::Glue::* type: which calls of Glue's API create, update and delete it.

Source: the AWS Glue chapter of CloudFormation's template reference.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from local_glue.api.glue_api_model import Json

ApiCall = tuple[str, Json]  # operation and input

# UpdateCrawler keeps what it isn't given, so a property that left the template is set to what it is without.
_CRAWLER_DEFAULTS: Json = {
    "Description": "",
    "TablePrefix": "",
    "Schedule": "",
    "Classifiers": [],
    "Configuration": "",
    "CrawlerSecurityConfiguration": "",
    "SchemaChangePolicy": {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
    },
    "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
    "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
}


@dataclass(frozen=True)
class Kind:
    """One type. Its functions take the resource's name and its properties as Glue's API types them."""

    create: str  # the operation whose input has the type's properties
    create_input: Callable[[str, Json], Json]
    update: Callable[[str, Json], ApiCall]
    delete: Callable[[str, Json], ApiCall]
    name: Callable[[Json], str | None]
    # What, when it changes, makes the update a replacement.
    identity: Callable[[str, Json], tuple[object, ...]]
    tagged: str | None = None  # how its ARN begins
    defaults: Json = field(default_factory=dict)


def _pick(properties: Json, *names: str) -> Json:
    return {name: properties[name] for name in names if name in properties}


def _database_input(name: str, properties: Json) -> Json:
    return {**properties.get("DatabaseInput", {}), "Name": name}


def _table_input(name: str, properties: Json) -> Json:
    return {**properties.get("TableInput", {}), "Name": name}


def _connection_input(name: str, properties: Json) -> Json:
    return {**properties.get("ConnectionInput", {}), "Name": name}


def _partition_values(properties: Json) -> list[str]:
    values: list[str] = properties.get("PartitionInput", {}).get("Values", [])
    return values


def _partition_key(properties: Json) -> tuple[str, ...]:
    of_table = (properties.get("DatabaseName", ""), properties.get("TableName", ""))
    return (*of_table, *_partition_values(properties))


def _without_name(properties: Json) -> Json:
    return {key: value for key, value in properties.items() if key not in ("Name", "Tags")}


KINDS = {
    "AWS::Glue::Database": Kind(
        "CreateDatabase",
        lambda name, given: {
            **_pick(given, "CatalogId", "Tags"),
            "DatabaseInput": _database_input(name, given),
        },
        update=lambda name, given: (
            "UpdateDatabase",
            {**_pick(given, "CatalogId"), "Name": name, "DatabaseInput": _database_input(name, given)},
        ),
        delete=lambda name, given: ("DeleteDatabase", {**_pick(given, "CatalogId"), "Name": name}),
        name=lambda given: given.get("DatabaseName") or given.get("DatabaseInput", {}).get("Name"),
        # A new name inside of DatabaseInput is no replacement: AWS, too, looks for a database of that name.
        identity=lambda _name, given: (given.get("CatalogId"), given.get("DatabaseName")),
        tagged="database",
    ),
    "AWS::Glue::Table": Kind(
        "CreateTable",
        lambda name, given: {**given, "TableInput": _table_input(name, given)},
        update=lambda name, given: (
            "UpdateTable",
            {**_pick(given, "CatalogId", "DatabaseName"), "TableInput": _table_input(name, given)},
        ),
        delete=lambda name, given: (
            "DeleteTable",
            {**_pick(given, "CatalogId", "DatabaseName"), "Name": name},
        ),
        name=lambda given: given.get("TableInput", {}).get("Name") or given.get("Name"),
        identity=lambda name, given: (given.get("CatalogId"), given.get("DatabaseName"), name),
    ),
    "AWS::Glue::Partition": Kind(
        "CreatePartition",
        lambda _name, given: given,
        update=lambda _name, given: (
            "UpdatePartition",
            {**given, "PartitionValueList": _partition_values(given)},
        ),
        delete=lambda _name, given: (
            "DeletePartition",
            {
                **_pick(given, "CatalogId", "DatabaseName", "TableName"),
                "PartitionValues": _partition_values(given),
            },
        ),
        name=lambda given: "|".join(_partition_key(given)),
        identity=lambda _name, given: (given.get("CatalogId"), *_partition_key(given)),
    ),
    "AWS::Glue::Job": Kind(
        "CreateJob",
        lambda name, given: {**given, "Name": name},
        update=lambda name, given: ("UpdateJob", {"JobName": name, "JobUpdate": _without_name(given)}),
        delete=lambda name, _given: ("DeleteJob", {"JobName": name}),
        name=lambda given: given.get("Name"),
        identity=lambda name, _given: (name,),
        tagged="job",
    ),
    "AWS::Glue::Connection": Kind(
        "CreateConnection",
        lambda name, given: {**given, "ConnectionInput": _connection_input(name, given)},
        update=lambda name, given: (
            "UpdateConnection",
            {
                **_pick(given, "CatalogId"),
                "Name": name,
                "ConnectionInput": _connection_input(name, given),
            },
        ),
        delete=lambda name, given: (
            "DeleteConnection",
            {**_pick(given, "CatalogId"), "ConnectionName": name},
        ),
        name=lambda given: given.get("ConnectionInput", {}).get("Name"),
        identity=lambda name, given: (given.get("CatalogId"), name),
    ),
    "AWS::Glue::Crawler": Kind(
        "CreateCrawler",
        lambda name, given: {**given, "Name": name},
        update=lambda name, given: ("UpdateCrawler", {**_without_name(given), "Name": name}),
        delete=lambda name, _given: ("DeleteCrawler", {"Name": name}),
        name=lambda given: given.get("Name"),
        identity=lambda name, _given: (name,),
        tagged="crawler",
        defaults=_CRAWLER_DEFAULTS,
    ),
}
