"""Table and partition definitions as AWS's crawlers write them."""

import hashlib
import json
import re
from typing import Any

from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.crawlers.formats import types
from local_glue.crawlers.formats.schema import Schema
from local_glue.crawlers.targets.grouping import Partition
from local_glue.crawlers.targets.listing import Folder

_QL, _SERDE = "org.apache.hadoop.hive.ql.io", "org.apache.hadoop.hive.serde2"
_TEXT = ("org.apache.hadoop.mapred.TextInputFormat", f"{_QL}.HiveIgnoreKeyTextOutputFormat")
# By classification: input format, output format, serialization library.
_FORMATS = {
    "parquet": (
        f"{_QL}.parquet.MapredParquetInputFormat",
        f"{_QL}.parquet.MapredParquetOutputFormat",
        f"{_QL}.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": (f"{_QL}.orc.OrcInputFormat", f"{_QL}.orc.OrcOutputFormat", f"{_QL}.orc.OrcSerde"),
    "avro": (
        f"{_QL}.avro.AvroContainerInputFormat",
        f"{_QL}.avro.AvroContainerOutputFormat",
        f"{_SERDE}.avro.AvroSerDe",
    ),
    "json": (*_TEXT, "org.openx.data.jsonserde.JsonSerDe"),
    "csv": (*_TEXT, f"{_SERDE}.lazy.LazySimpleSerDe"),
}
_VERSIONS = {"CrawlerSchemaDeserializerVersion": "1.0", "CrawlerSchemaSerializerVersion": "1.0"}
# A table whose data changes in one of these can't be updated by MergeNewColumns.
_FUNDAMENTAL = ("classification", "compressionType", "delimiter")
# What a partition has of its own even when it inherits all else from its table.
_COUNTED = ("objectCount", "sizeKey", "recordCount", "averageRecordSize")


def table_name(folder: Folder, prefix: str) -> str:
    """Name a table after its folder or object: lower case, letters, digits and underscores only."""
    return re.sub(r"[^a-z0-9_]", "_", (prefix + folder.name).lower())


def unique_name(name: str, folder: Folder) -> str:
    """Name a table whose plain name belongs to another location: AWS appends a hash."""
    return f"{name}_{hashlib.md5(folder.url.encode(), usedforsecurity=False).hexdigest()}"


def table_input(
    name: str, folder: Folder, schema: Schema, keys: list[str], crawler_name: str, target: Json
) -> Json:
    """Return the TableInput of a crawled folder."""
    parameters = _parameters(folder, schema, crawler_name)
    if keys:
        parameters["partition_filtering.enabled"] = "true"
    if target.get("Exclusions"):
        path = target["Path"].rstrip("/")
        patterns = [f"{path}/{pattern.strip()}" for pattern in target["Exclusions"]]
        parameters["exclusions"] = json.dumps(patterns, separators=(",", ":"))

    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "Parameters": parameters,
        "StorageDescriptor": _storage(folder, schema, parameters),
    }


def differs_fundamentally(former: Json, wanted: Json) -> bool:
    """Return whether the data is of another format than the table."""
    return any(
        former.get("Parameters", {}).get(name, wanted["Parameters"].get(name))
        != wanted["Parameters"].get(name)
        for name in _FUNDAMENTAL
    )


def with_new_columns(former: Json, wanted: Json) -> Json:
    """Return a former table or partition, as people may have changed it, with the columns that are new.

    Only the parameters that crawlers set are brought up to date.
    """
    storage, found = {**former["StorageDescriptor"]}, wanted["StorageDescriptor"]
    kinds = {column["Name"]: column["Type"] for column in found["Columns"]}
    known = [
        {**column, "Type": types.with_new_members(column["Type"], kinds.get(column["Name"], column["Type"]))}
        for column in storage.get("Columns", [])
    ]
    names = {column["Name"] for column in known}
    storage["Columns"] = [*known, *(column for column in found["Columns"] if column["Name"] not in names)]
    storage["Parameters"] = {**storage.get("Parameters", {}), **found["Parameters"]}
    serde = storage.get("SerdeInfo", {})
    if serde.get("SerializationLibrary") == found["SerdeInfo"].get("SerializationLibrary"):
        serde = {**serde, "Parameters": {**serde.get("Parameters", {}), **found["SerdeInfo"]["Parameters"]}}

    storage["SerdeInfo"] = serde
    parameters = {**former.get("Parameters", {}), **wanted["Parameters"]}
    parameters.pop("DEPRECATED_BY_CRAWLER", None)
    kept = pick_members(former, shape("TableInput" if "Name" in former else "PartitionInput"))

    return {**kept, "Parameters": parameters, "StorageDescriptor": storage}


def partition_input(partition: Partition, schema: Schema, crawler_name: str) -> Json:
    """Return the PartitionInput of a crawled folder, with the columns that its own files have."""
    parameters = _parameters(partition.folder, schema, crawler_name)
    return {
        "Values": partition.values,
        "Parameters": parameters,
        "StorageDescriptor": _storage(partition.folder, schema, parameters),
    }


def inheriting(partition: Json, table: Json) -> Json:
    """Return a partition with the format and columns of its table."""
    counted = {name: value for name, value in partition["Parameters"].items() if name in _COUNTED}
    inherited = {name: value for name, value in table["Parameters"].items() if name not in _COUNTED}
    location = partition["StorageDescriptor"]["Location"]
    parameters = {**inherited, **counted}
    storage = {**table["StorageDescriptor"], "Location": location, "Parameters": parameters}
    return {**partition, "Parameters": parameters, "StorageDescriptor": storage}


def _storage(folder: Folder, schema: Schema, parameters: Json) -> Json:
    """Return a StorageDescriptor with every column of the files, as AWS's crawlers do.

    Also one that is named like a partition key: the files' SerDe may read by position.
    """
    formats = _FORMATS.get(schema.classification)
    columns = [{"Name": name, "Type": types.settled(found)} for name, found in schema.columns.items()]
    return {
        "Columns": columns,
        "Location": folder.url,
        **({"InputFormat": formats[0], "OutputFormat": formats[1]} if formats else {}),
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": formats[2], "Parameters": _serde(schema)} if formats else {},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }


def _serde(schema: Schema) -> dict[str, str]:
    if schema.classification in ("parquet", "avro"):
        return {"serialization.format": "1", **schema.details}
    if schema.classification == "json":
        return {"paths": ",".join(schema.paths.values())}
    return {"field.delim": schema.delimiter} if schema.classification == "csv" else {}


def _parameters(folder: Folder, schema: Schema, crawler_name: str) -> dict[str, str]:
    sizes = [item.size for item in folder.all_files()]
    parameters: dict[str, Any] = {
        **_VERSIONS,
        "UPDATED_BY_CRAWLER": crawler_name,
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(len(sizes)),
        "sizeKey": str(sum(sizes)),
        "typeOfData": "file",
    }
    if schema.records:
        parameters["averageRecordSize"] = str(schema.average_record_size)
        parameters["recordCount"] = str(_record_count(schema, sum(sizes)))
    if schema.classification == "csv":
        parameters.update(areColumnsQuoted="false", columnsOrdered="true", delimiter=schema.delimiter)
        if schema.has_header:
            parameters["skip.header.line.count"] = "1"
    if schema.classification == "dynamodb":
        del parameters["objectCount"]
    return {**parameters, **schema.details}


def _record_count(schema: Schema, size: int) -> int:
    """Count records: exactly where files tell it, else by their average size, as AWS does."""
    if schema.classification in ("parquet", "orc", "avro", "dynamodb"):
        return schema.records
    by_size = size // schema.average_record_size
    return by_size if schema.compression == "none" else max(by_size, schema.records)
