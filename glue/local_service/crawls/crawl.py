"""One crawl: list the targets, infer schemas, write tables and partitions."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_service import catalog
from local_service.crawlers import merges_new_columns, table_level
from local_service.crawls.formats import Schema, read_schema
from local_service.crawls.grouping import Partition, partitions, table_folders
from local_service.crawls.listing import Folder, S3Object, list_target
from local_service.crawls.tables import (
    partition_input,
    table_input,
    table_name,
    unique_name,
    updated_input,
)
from local_service.model import Json, project, shape
from local_service.store import Documents, Scope, Store

logger = logging.getLogger(__name__)

# A table's schema is taken from that many of its objects, spread over all of them.
_SAMPLED_OBJECTS = 20


class CrawlError(Exception):
    """The crawl can't be done; the message becomes LastCrawl.ErrorMessage."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Someone asked the crawl to stop."""


@dataclass
class Changes:
    """What a crawl did to the catalog, and what it has to say."""

    say: Callable[[str], None] = field(default=logger.info)
    # What was done to which: ("TABLE", "ADD") -> names
    done: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def note(self, kind: str, action: str, name: str) -> None:
        """Remember a change for metrics and history."""
        self.done.setdefault((kind, action), []).append(name)

    def counts(self) -> dict[str, int]:
        """Give how many tables were created, updated, deleted."""
        actions = {"created": "ADD", "updated": "UPDATE", "deleted": "DELETE"}
        return {word: len(self.done.get(("TABLE", action), [])) for word, action in actions.items()}

    def summary(self) -> Json:
        """Give what ListCrawls tells of the crawl."""
        summary: Json = {}
        for (kind, action), names in self.done.items():
            entry = {"Count": len(names), "Details": {"names": names}}
            summary.setdefault(kind, {})[action] = entry
        return summary


@dataclass(frozen=True)
class Crawl:
    """One crawl of one crawler, with an S3 client that has the crawler's role."""

    store: Store
    scope: Scope
    crawler: Json
    s3: Any
    changes: Changes
    check: Callable[[], None]  # raises Cancelled

    def run(self) -> None:
        """Crawl all S3 targets; raise CrawlError when one can't be read."""
        others = [kind for kind, found in self.crawler["Targets"].items() if found and kind != "S3Targets"]
        if others:
            raise CrawlError(f"The local Glue service crawls S3Targets only, found {', '.join(others)}.")
        database = self.crawler.get("DatabaseName")
        if not database:
            raise CrawlError("The crawler has no DatabaseName, so there is no place for tables.")
        with self.store.transaction(self.scope) as documents:
            if not documents.get(catalog.DATABASE, database.lower()):
                catalog.put_database(documents, {"Name": database}, time.time())
        found: set[str] = set()
        for target in self.crawler["Targets"]["S3Targets"]:
            try:
                found |= self._crawl_target(target, database)
            except (ClientError, BotoCoreError) as error:
                raise CrawlError(f"{target['Path']} can't be read: {error}") from error
        self.check()
        with self.store.transaction(self.scope) as documents:
            self._retire_tables(documents, database, found)

    def _crawl_target(self, target: Json, database: str) -> set[str]:
        """Write the tables of one target; give their names."""
        names: set[str] = set()
        root = list_target(self.s3, target)
        schema_of = cache(lambda item: read_schema(self.s3, item))
        folders = table_folders(root, table_level(self.crawler), schema_of)
        if not folders:
            self.changes.say(f"INFO : No data found at {target['Path']}")
        for folder in folders:
            self.check()
            keys, found = partitions(folder)
            former, files = None, list(folder.all_files())
            if self._new_folders_only:
                former, found = self._not_yet_crawled(database, folder, found)
                if former is not None:
                    names.add(former["Name"])
                    files = [item for partition in found for item in partition.folder.files]
                    if not files:
                        continue
            schema = self._schema_of(files, schema_of)
            if schema is None:
                self.changes.say(f"INFO : {folder.url} is of no format known here: no table")
                continue
            with self.store.transaction(self.scope) as documents:
                if former is None:
                    names.add(self._write_table(documents, database, folder, schema, keys, found))
                else:
                    self._write_partitions(documents, former, schema, found, time.time())
        return names

    @property
    def _new_folders_only(self) -> bool:
        return bool(self.crawler["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY")

    def _not_yet_crawled(
        self, database: str, folder: Folder, found: list[Partition]
    ) -> tuple[Json | None, list[Partition]]:
        """Give the table this crawler has made of a folder before, and the partitions it lacks.

        AWS remembers the folders; here the catalog tells, so a partition that was deleted by hand is new.
        """
        with self.store.transaction(self.scope) as documents:
            for table in documents.all(catalog.TABLE, parent=database.lower()):
                is_own = table.get("Parameters", {}).get("UPDATED_BY_CRAWLER") == self.crawler["Name"]
                if is_own and table.get("StorageDescriptor", {}).get("Location") == folder.url:
                    known = {tuple(item["Values"]) for item in catalog.partitions(documents, table)}
                    return table, [item for item in found if tuple(item.values) not in known]
        return None, found

    def _schema_of(
        self, unsorted: list[S3Object], schema_of: Callable[[S3Object], Schema | None]
    ) -> Schema | None:
        files = sorted(unsorted, key=lambda item: item.key)
        step = max(1, len(files) // _SAMPLED_OBJECTS)
        merged: Schema | None = None
        for item in files[::step]:
            self.check()
            found = schema_of(item)
            if found and (merged is None or merged.classification == found.classification):
                merged = found if merged is None else merged.merged(found)
        return merged

    def _write_table(
        self,
        documents: Documents,
        database: str,
        folder: Folder,
        schema: Schema,
        keys: list[str],
        found: list[Partition],
    ) -> str:
        """Create or update a table and its partitions; give its name."""
        now = time.time()
        name = table_name(folder, self.crawler.get("TablePrefix", ""))
        former = _table_or_none(documents, database, name)
        if former and former.get("StorageDescriptor", {}).get("Location", folder.url) != folder.url:
            name = unique_name(name, folder)
            former = _table_or_none(documents, database, name)
        wanted = table_input(name, folder, schema, keys, self.crawler["Name"])
        if former is None:
            table = catalog.put_table(documents, database, wanted, now)
            self.changes.note("TABLE", "ADD", name)
            self.changes.say(f"INFO : Created table {name} in database {database}")
        else:
            table = self._update_table(documents, former, wanted, now)
        self._write_partitions(documents, table, schema, found, now)
        return name

    def _update_table(self, documents: Documents, former: Json, wanted: Json, now: float) -> Json:
        """Bring a table to what was found, as far as UpdateBehavior allows; give the table as it is then."""
        wanted = updated_input(former, wanted, merges_columns=merges_new_columns(self.crawler))
        if all(former.get(name) == value for name, value in wanted.items()):
            return former
        name, database = former["Name"], former["DatabaseName"]
        if self.crawler["SchemaChangePolicy"]["UpdateBehavior"] != "UPDATE_IN_DATABASE":
            self.changes.say(f"INFO : Table {name} has changed; left as it is (UpdateBehavior LOG)")
            return former
        self.changes.note("TABLE", "UPDATE", name)
        self.changes.say(f"INFO : Updated table {name} in database {database}")
        return catalog.put_table(documents, database, wanted, now)

    def _write_partitions(
        self, documents: Documents, table: Json, schema: Schema, found: list[Partition], now: float
    ) -> None:
        former = {tuple(item["Values"]): item for item in catalog.partitions(documents, table)}
        depth, added = len(table["PartitionKeys"]), 0
        for partition in found:
            wanted = partition_input(partition, table, schema, self.crawler["Name"])
            known = former.pop(tuple(partition.values), None)
            if len(partition.values) != depth:
                # UpdateBehavior LOG kept a table that is partitioned otherwise than its folders are now.
                self.changes.say(f"WARN : {partition.folder.url} is no partition of table {table['Name']}")
            elif known is None or not (
                self._new_folders_only or all(known.get(k) == v for k, v in wanted.items())
            ):
                catalog.put_partition(documents, table, wanted, now)
                action = "ADD" if known is None else "UPDATE"
                self.changes.note("PARTITION", action, "/".join([table["Name"], *partition.values]))
                added += known is None
        if added:
            self.changes.say(f"INFO : Added {added} partition(s) to table {table['Name']}")
        if former and self.crawler["SchemaChangePolicy"]["DeleteBehavior"] == "DELETE_FROM_DATABASE":
            for values in former:
                catalog.delete_partition(documents, table, list(values))
                self.changes.note("PARTITION", "DELETE", "/".join([table["Name"], *values]))
            self.changes.say(f"INFO : Deleted {len(former)} partition(s) of table {table['Name']}")

    def _retire_tables(self, documents: Documents, database: str, found: set[str]) -> None:
        """Do what DeleteBehavior says to this crawler's tables whose data is gone."""
        behavior = self.crawler["SchemaChangePolicy"]["DeleteBehavior"]
        for table in documents.all(catalog.TABLE, parent=database.lower()):
            name, parameters = table["Name"], table["Parameters"]
            if name in found or parameters.get("UPDATED_BY_CRAWLER") != self.crawler["Name"]:
                continue
            if behavior == "DELETE_FROM_DATABASE":
                catalog.delete_table(documents, database, name)
                self.changes.note("TABLE", "DELETE", name)
                self.changes.say(f"INFO : Deleted table {name} in database {database}")
            elif behavior == "LOG":
                self.changes.say(
                    f"INFO : Table {name} has no data any more; left as it is (DeleteBehavior LOG)"
                )
            elif "DEPRECATED_BY_CRAWLER" not in parameters:
                now = time.time()
                marked = {**parameters, "DEPRECATED_BY_CRAWLER": str(int(now * 1000))}
                changed = {**project(table, shape("TableInput")), "Parameters": marked}
                catalog.put_table(documents, database, changed, now)
                self.changes.note("TABLE", "UPDATE", name)
                self.changes.say(f"INFO : Marked table {name} in database {database} as deprecated")


def _table_or_none(documents: Documents, database: str, name: str) -> Json | None:
    return documents.get(catalog.TABLE, catalog.table_key(database, name))
