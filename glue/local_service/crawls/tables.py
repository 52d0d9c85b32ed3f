"""Table and partition definitions as AWS's crawlers write them."""

import hashlib
import re
from typing import Any

from local_service.crawls.formats import Schema
from local_service.crawls.grouping import Partition
from local_service.crawls.listing import Folder
from local_service.model import Json, project, shape

_TEXT_IN = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


def table_name(folder: Folder, prefix: str) -> str:
    """Name a table after its folder: lower case, letters, digits and underscores only."""
    return re.sub(r"[^a-z0-9_]", "_", (prefix + folder.name).lower())


def unique_name(name: str, folder: Folder) -> str:
    """Name a table whose plain name belongs to another location: AWS appends a hash."""
    return f"{name}_{hashlib.md5(folder.url.encode(), usedforsecurity=False).hexdigest()}"


def table_input(
    name: str, folder: Folder, schema: Schema, partition_keys: list[str], crawler_name: str
) -> Json:
    """Give the TableInput of a crawled folder."""
    parameters = _parameters(folder, schema, crawler_name)
    columns = {key: value for key, value in schema.columns.items() if key.lower() not in partition_keys}
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in partition_keys],
        "Parameters": {**parameters, **({"partition_filtering.enabled": "true"} if partition_keys else {})},
        "StorageDescriptor": _storage(folder, schema, columns, parameters),
    }


def updated_input(former: Json, wanted: Json, *, merges_columns: bool) -> Json:
    """Give the TableInput that brings a table to what was found, and keeps what people wrote into it.

    Description, comments and parameters of their own stay; columns that are gone do, too, when the
    crawler merges new columns.
    """
    kept = project(former, shape("TableInput"))
    parameters = {**kept.get("Parameters", {}), **wanted["Parameters"]}
    parameters.pop("DEPRECATED_BY_CRAWLER", None)
    storage = {**wanted["StorageDescriptor"]}
    known = {column["Name"]: column for column in kept.get("StorageDescriptor", {}).get("Columns", [])}
    if merges_columns:
        new = [column for column in storage["Columns"] if column["Name"] not in known]
        storage["Columns"] = [*known.values(), *new]
    else:
        storage["Columns"] = [
            _commented(column, known.get(column["Name"], {})) for column in storage["Columns"]
        ]
    return {**kept, **wanted, "Parameters": parameters, "StorageDescriptor": storage}


def _commented(column: Json, former: Json) -> Json:
    return {**column, "Comment": former["Comment"]} if former.get("Comment") else column


def partition_input(partition: Partition, table: Json, schema: Schema, crawler_name: str) -> Json:
    """Give the PartitionInput of a crawled folder, with the columns of its table."""
    parameters = _parameters(partition.folder, schema, crawler_name)
    columns = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    return {
        "Values": partition.values,
        "Parameters": parameters,
        "StorageDescriptor": _storage(partition.folder, schema, columns, parameters),
    }


def _storage(folder: Folder, schema: Schema, columns: dict[str, str], parameters: Json) -> Json:
    return {
        "Columns": [{"Name": name.lower(), "Type": found} for name, found in columns.items()],
        "Location": folder.url,
        **_formats(schema),
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": _serde(schema, list(columns)),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }


def _formats(schema: Schema) -> dict[str, str]:
    if schema.classification == "parquet":
        return {
            "InputFormat": f"{_PARQUET}.MapredParquetInputFormat",
            "OutputFormat": f"{_PARQUET}.MapredParquetOutputFormat",
        }
    return {"InputFormat": _TEXT_IN, "OutputFormat": _TEXT_OUT}


def _serde(schema: Schema, columns: list[str]) -> Json:
    if schema.classification == "parquet":
        library, parameters = f"{_PARQUET}.serde.ParquetHiveSerDe", {"serialization.format": "1"}
    elif schema.classification == "json":
        library, parameters = "org.openx.data.jsonserde.JsonSerDe", {"paths": ",".join(columns)}
    else:
        library = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
        parameters = {"field.delim": schema.delimiter}
    return {"SerializationLibrary": library, "Parameters": parameters}


def _parameters(folder: Folder, schema: Schema, crawler_name: str) -> dict[str, str]:
    sizes = [item.size for item in folder.all_files()]
    parameters: dict[str, Any] = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler_name,
        "classification": schema.classification,
        "compressionType": schema.compression,
        "objectCount": str(len(sizes)),
        "sizeKey": str(sum(sizes)),
        "typeOfData": "file",
    }
    if schema.classification == "csv":
        parameters.update(areColumnsQuoted="false", columnsOrdered="true", delimiter=schema.delimiter)
        if schema.has_header:
            parameters["skip.header.line.count"] = "1"
    return parameters
