"""Databases, tables and partitions: from Glue's members to Hive's, and back."""

import time
from typing import Any
from urllib.parse import unquote

from local_glue.api.glue_api_model import Json

_DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"
# What Hive escapes in the name of a partition's folder.
_ESCAPED = {*map(chr, range(1, 32)), *"\"#%'*/:=?\\\x7f{[]^"}


def hive_database(database: Json) -> Json:
    """Translate what GetDatabase answers."""
    return {
        "name": database["Name"],
        "description": database.get("Description", ""),
        "locationUri": database.get("LocationUri", ""),
        "parameters": database.get("Parameters", {}),
    }


def glue_database(database: Json) -> Json:
    """Translate to a DatabaseInput."""
    members = {
        "Name": database["name"],
        "Description": database.get("description"),
        "LocationUri": database.get("locationUri"),
        "Parameters": database.get("parameters", {}),
    }
    return _given(members)


def hive_table(table: Json) -> Json:
    """Translate what GetTable answers; a table without a type stays one, and Spark refuses it as on AWS."""
    return {
        "tableName": table["Name"],
        "dbName": table["DatabaseName"],
        "owner": table.get("Owner"),
        "createTime": _seconds(table.get("CreateTime")),
        "lastAccessTime": _seconds(table.get("LastAccessTime")),
        "retention": table.get("Retention", 0),
        "sd": _hive_storage(table.get("StorageDescriptor", {})),
        "partitionKeys": _hive_columns(table.get("PartitionKeys", [])),
        "parameters": table.get("Parameters", {}),
        "viewOriginalText": table.get("ViewOriginalText"),
        "viewExpandedText": table.get("ViewExpandedText"),
        "tableType": table.get("TableType"),
    }


def glue_table(table: Json) -> Json:
    """Translate to a TableInput."""
    changed = {"transient_lastDdlTime": str(int(time.time())), **table.get("parameters", {})}
    members = {
        "Name": table["tableName"],
        "Owner": table.get("owner"),
        "Retention": table.get("retention"),
        "StorageDescriptor": _glue_storage(table.get("sd", {})),
        "PartitionKeys": _glue_columns(table.get("partitionKeys", [])),
        "ViewOriginalText": table.get("viewOriginalText"),
        "ViewExpandedText": table.get("viewExpandedText"),
        "TableType": table.get("tableType"),
        "Parameters": changed,
    }
    return _given(members)


def hive_partition(partition: Json) -> Json:
    """Translate what GetPartition answers."""
    return {
        "values": partition["Values"],
        "dbName": partition["DatabaseName"],
        "tableName": partition["TableName"],
        "createTime": _seconds(partition.get("CreationTime")),
        "lastAccessTime": _seconds(partition.get("LastAccessTime")),
        "sd": _hive_storage(partition.get("StorageDescriptor", {})),
        "parameters": partition.get("Parameters", {}),
    }


def glue_partition(partition: Json) -> Json:
    """Translate to a PartitionInput."""
    return {
        "Values": partition["values"],
        "StorageDescriptor": _glue_storage(partition.get("sd", {})),
        "Parameters": partition.get("parameters", {}),
    }


def partition_name(keys: list[str], values: list[str]) -> str:
    """Return `key=value/key=value`, escaped as Hive does."""
    return "/".join(f"{_escape(key)}={_escape(value)}" for key, value in zip(keys, values, strict=True))


def partition_values(name: str) -> list[str]:
    """Return the values in a partition's name."""
    return [unquote(part.partition("=")[2]) for part in name.split("/")]


def _hive_storage(storage: Json) -> Json:
    serde = storage.get("SerdeInfo", {})
    return {
        "cols": _hive_columns(storage.get("Columns", [])),
        "location": storage.get("Location"),
        "inputFormat": storage.get("InputFormat"),
        "outputFormat": storage.get("OutputFormat"),
        "compressed": storage.get("Compressed", False),
        "numBuckets": storage.get("NumberOfBuckets", 0),
        "serdeInfo": {
            "name": serde.get("Name"),
            "serializationLib": serde.get("SerializationLibrary"),
            "parameters": serde.get("Parameters", {}),
        },
        "bucketCols": storage.get("BucketColumns", []),
        "sortCols": [{"col": s["Column"], "order": s["SortOrder"]} for s in storage.get("SortColumns", [])],
        "parameters": storage.get("Parameters", {}),
        "storedAsSubDirectories": storage.get("StoredAsSubDirectories", False),
    }


def _glue_storage(storage: Json) -> Json:
    serde = storage.get("serdeInfo", {})
    members = {
        "Columns": _glue_columns(storage.get("cols", [])),
        "Location": storage.get("location"),
        "InputFormat": storage.get("inputFormat"),
        "OutputFormat": storage.get("outputFormat"),
        "Compressed": storage.get("compressed", False),
        "NumberOfBuckets": storage.get("numBuckets", 0),
        "SerdeInfo": _given(
            {
                "Name": serde.get("name"),
                "SerializationLibrary": serde.get("serializationLib"),
                "Parameters": serde.get("parameters", {}),
            }
        ),
        "BucketColumns": storage.get("bucketCols", []),
        "SortColumns": [{"Column": s["col"], "SortOrder": s["order"]} for s in storage.get("sortCols", [])],
        "Parameters": storage.get("parameters", {}),
        "StoredAsSubDirectories": storage.get("storedAsSubDirectories", False),
    }
    return _given(members)


def _hive_columns(columns: list[Json]) -> list[Json]:
    return [{"name": c["Name"], "type": c.get("Type", ""), "comment": c.get("Comment")} for c in columns]


def _glue_columns(columns: list[Json]) -> list[Json]:
    members = ({"Name": c["name"], "Type": c.get("type"), "Comment": c.get("comment")} for c in columns)
    return [_given(one) for one in members]


def _given(members: Json) -> Json:
    """Leave out what is not given: boto3 takes no None."""
    return {name: value for name, value in members.items() if value not in (None, "")}


def _seconds(moment: Any) -> int:
    return int(moment.timestamp()) if moment else 0


def _escape(text: str) -> str:
    if not text:
        return _DEFAULT_PARTITION
    return "".join(f"%{ord(letter):02X}" if letter in _ESCAPED else letter for letter in text)
