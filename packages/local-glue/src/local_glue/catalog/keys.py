"""Kinds of documents that the Data Catalog stores, and the keys that they are stored under."""

import json

from local_glue.api.glue_api_model import Json
from local_glue.api.names import key_of

DATABASE, TABLE, PARTITION = "database", "table", "partition"
VERSION, STATISTICS, PARTITION_INDEX = "table_version", "column_statistics", "partition_index"
FUNCTION = "function"


def table_key(database: str, name: str) -> str:
    """Return the key under which a table is stored."""
    return key_of(database, name)


def partition_key(table: Json, values: list[str]) -> str:
    """Return the key under which a partition is stored."""
    return f"{table_key(table['DatabaseName'], table['Name'])}/{json.dumps(values)}"
