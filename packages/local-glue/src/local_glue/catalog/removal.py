"""What is deleted with a database or a table: all that belongs to it."""

import json

from local_glue.catalog.keys import (
    DATABASE,
    FUNCTION,
    PARTITION,
    PARTITION_INDEX,
    STATISTICS,
    TABLE,
    VERSION,
    table_key,
)
from local_glue.store import Documents


def remove_database(documents: Documents, name: str) -> None:
    """Remove a database with its functions, tables and partitions."""
    documents.delete_children(FUNCTION, name.lower())
    for table in documents.all(TABLE, parent=name.lower()):
        remove_table(documents, name, table["Name"])
    documents.delete(DATABASE, name.lower())


def remove_table(documents: Documents, database: str, name: str) -> bool:
    """Remove a table with its versions, partitions and indexes; return whether there was one."""
    key = table_key(database, name)
    for partition in documents.all(PARTITION, parent=key):
        documents.delete_children(STATISTICS, f"{key}/{json.dumps(partition['Values'])}")
    for kind in (PARTITION, VERSION, STATISTICS, PARTITION_INDEX):
        documents.delete_children(kind, key)
    return documents.delete(TABLE, key)
