"""Writes what a crawl found into the catalog, as far as the crawler's policies allow.

Source: "Customizing crawler behavior" in the Glue developer guide.
"""

import time
from dataclasses import dataclass, field

from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.catalog.keys import TABLE, table_key
from local_glue.catalog.partitions.partitions import list_partitions, put_partition, remove_partition
from local_glue.catalog.removal import remove_table
from local_glue.catalog.tables.tables import put_table
from local_glue.crawlers.changes import Changes
from local_glue.crawlers.configuration import Configuration
from local_glue.crawlers.formats.schema import Schema
from local_glue.crawlers.tables import (
    differs_fundamentally,
    inheriting,
    partition_input,
    table_input,
    table_name,
    unique_name,
    with_new_columns,
)
from local_glue.crawlers.targets.grouping import Partition
from local_glue.crawlers.targets.listing import Folder
from local_glue.store import Documents


@dataclass(frozen=True)
class Found:
    """A table that a crawl found: a folder with its schema, its partitions, and the target it is of.

    `table` is the catalog's own, if it is known already; `is_partial` if only new partitions are here.
    """

    folder: Folder
    schema: Schema
    target: Json
    keys: list[str] = field(default_factory=list)
    partitions: list[tuple[Partition, Schema]] = field(default_factory=list)
    table: Json | None = None
    is_partial: bool = False


@dataclass(frozen=True)
class Writer:
    """Writes tables and partitions for one crawler."""

    documents: Documents
    crawler: Json
    configuration: Configuration
    changes: Changes
    now: float = field(default_factory=time.time)

    def write(self, database: str, found: Found) -> str:
        """Create or update a table and its partitions; return its name.

        Raises:
            ValueError: a part of a table was found, and the table is not there.
        """
        table = found.table
        if not found.is_partial:
            table = self._write_table(database, found)
        if table is None:
            raise ValueError(f"{found.folder.url} is partial, and of no table")
        self._write_partitions(table, found)
        return str(table["Name"])

    def retire(self, database: str, found: set[str]) -> None:
        """Do what DeleteBehavior says to this crawler's tables whose data is gone."""
        behavior = self.crawler["SchemaChangePolicy"]["DeleteBehavior"]
        for table in self.documents.all(TABLE, parent=database.lower()):
            name, parameters = table["Name"], table["Parameters"]
            if name in found or parameters.get("UPDATED_BY_CRAWLER") != self.crawler["Name"]:
                continue
            if behavior == "DELETE_FROM_DATABASE":
                remove_table(self.documents, database, name)
                self.changes.record("TABLE", "DELETE", name)
                self.changes.say(
                    f"INFO : Deleted table {name} because a matching schema was not found at the table's"
                    " location."
                )
            elif behavior == "LOG":
                self.changes.say(f"INFO : Found table {name} with no matching schema at the table's location")
            elif "DEPRECATED_BY_CRAWLER" not in parameters:
                self._deprecate(table)
                self.changes.say(
                    f"INFO : Table {name} is marked deprecated because a matching schema was not found at"
                    " the table's location."
                )

    def _write_table(self, database: str, found: Found) -> Json:
        folder, former = found.folder, found.table
        name = str(former["Name"]) if former else table_name(folder, self.crawler.get("TablePrefix", ""))
        former = former or self._table_or_none(database, name)
        if former and not found.table and _location(former, folder.url) != folder.url.rstrip("/"):
            name = unique_name(name, folder)
            former = self._table_or_none(database, name)
        wanted = table_input(name, folder, found.schema, found.keys, self.crawler["Name"], found.target)
        if former and found.table:
            wanted["PartitionKeys"] = former["PartitionKeys"]  # a person chose their types
        if former:
            return self._update_table(former, wanted)
        self.changes.record("TABLE", "ADD", name)
        self.changes.say(f"INFO : Created table {name} in database {database}")
        return put_table(self.documents, database, wanted, self.now)

    def _table_or_none(self, database: str, name: str) -> Json | None:
        return self.documents.get(TABLE, table_key(database, name))

    def _update_table(self, former: Json, wanted: Json) -> Json:
        """Bring a table to what was found, as far as it may be; return the table as it is then."""
        name, database = former["Name"], former["DatabaseName"]
        if self.configuration.merges_new_columns:
            if differs_fundamentally(former, wanted):
                self._deprecate(former)
                self.changes.say(
                    f"WARN : Table {name} is marked deprecated: its data is of another format than the table,"
                    " which MergeNewColumns can't resolve"
                )
                return former
            wanted = with_new_columns(former, wanted)
        if all(former.get(member) == value for member, value in wanted.items()):
            return former
        if not self._may_update:
            self.changes.say(f"INFO : Table {name} has changed; left as it is (UpdateBehavior LOG)")
            return former

        self.changes.record("TABLE", "UPDATE", name)
        self.changes.say(f"INFO : Updated table {name} in database {database}")
        return put_table(self.documents, database, wanted, self.now)

    @property
    def _may_update(self) -> bool:
        """AWS: MergeNewColumns overrides the SchemaChangePolicy."""
        behavior = self.crawler["SchemaChangePolicy"]["UpdateBehavior"]
        return bool(behavior == "UPDATE_IN_DATABASE" or self.configuration.merges_new_columns)

    def _deprecate(self, table: Json) -> None:
        if "DEPRECATED_BY_CRAWLER" in table["Parameters"]:
            return
        marked = {**table["Parameters"], "DEPRECATED_BY_CRAWLER": str(int(self.now * 1000))}
        changed = {**pick_members(table, shape("TableInput")), "Parameters": marked}
        put_table(self.documents, table["DatabaseName"], changed, self.now)
        self.changes.record("TABLE", "UPDATE", table["Name"])

    def _write_partitions(self, table: Json, found: Found) -> None:
        former = {tuple(item["Values"]): item for item in list_partitions(self.documents, table)}
        depth, added = len(table["PartitionKeys"]), 0

        for partition, schema in found.partitions:
            known = former.pop(tuple(partition.values), None)
            if len(partition.values) != depth:
                # UpdateBehavior LOG kept a table that is partitioned otherwise than its folders are now.
                self.changes.say(f"WARN : {partition.folder.url} is no partition of table {table['Name']}")
                continue

            wanted = self._wanted_partition(partition, table, schema, known)
            if known is None or self._is_to_update(known, wanted):
                put_partition(self.documents, table, wanted, self.now)
                action = "ADD" if known is None else "UPDATE"
                self.changes.record("PARTITION", action, "/".join([table["Name"], *partition.values]))
                added += known is None

        if added:
            self.changes.say(f"INFO : Added {added} partition(s) to table {table['Name']}")
        if not found.is_partial:
            self._retire_partitions(table, former)

    def _wanted_partition(
        self, partition: Partition, table: Json, schema: Schema, known: Json | None
    ) -> Json:
        wanted = partition_input(partition, schema, self.crawler["Name"])
        if self.configuration.inherits_from_table:
            return inheriting(wanted, table)
        merges = self.configuration.merges_new_columns
        return with_new_columns(known, wanted) if known and merges else wanted

    def _is_to_update(self, known: Json, wanted: Json) -> bool:
        may_update = self._may_update or self.configuration.inherits_from_table
        return may_update and any(known.get(member) != value for member, value in wanted.items())

    def _retire_partitions(self, table: Json, gone: dict[tuple[str, ...], Json]) -> None:
        is_deleted = self.crawler["SchemaChangePolicy"]["DeleteBehavior"] == "DELETE_FROM_DATABASE"
        for values in gone:
            if is_deleted:
                remove_partition(self.documents, table, list(values))
                self.changes.record("PARTITION", "DELETE", "/".join([table["Name"], *values]))
            verb = "Deleted" if is_deleted else "Found"
            self.changes.say(
                f"INFO : {verb} partition of table {table['Name']} with partition values"
                f" [{', '.join(values)}] with no matching schema at the partition's S3 location"
            )


def find_own_tables(documents: Documents, database: str, crawler_name: str) -> dict[str, Json]:
    """Return the tables that a crawler has made, by their locations."""
    return {
        table["StorageDescriptor"]["Location"]: table
        for table in documents.all(TABLE, parent=database.lower())
        if table.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == crawler_name
        and table.get("StorageDescriptor", {}).get("Location")
    }


def _location(table: Json, otherwise: str) -> str:
    return str(table.get("StorageDescriptor", {}).get("Location") or otherwise).rstrip("/")
