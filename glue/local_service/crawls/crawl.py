"""One crawl: list the targets, infer schemas, write tables and partitions."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_service import catalog
from local_service.crawlers import table_level
from local_service.crawls.formats import Schema, read_schema
from local_service.crawls.grouping import Partition, partitions, table_folders
from local_service.crawls.listing import Folder, S3Object, list_target
from local_service.crawls.tables import partition_input, table_input, table_name, unique_name
from local_service.model import Json
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

    created: int = 0
    updated: int = 0
    deleted: int = 0
    say: Callable[[str], None] = field(default=logger.info)


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
        for target in self.crawler["Targets"]["S3Targets"]:
            try:
                self._crawl_target(target, database)
            except (ClientError, BotoCoreError) as error:
                raise CrawlError(f"{target['Path']} can't be read: {error}") from error

    def _crawl_target(self, target: Json, database: str) -> None:
        root = list_target(self.s3, target)
        schema_of = cache(lambda item: read_schema(self.s3, item))
        folders = table_folders(root, table_level(self.crawler), schema_of)
        if not folders:
            self.changes.say(f"INFO : No data found at {target['Path']}")
        for folder in folders:
            self.check()
            schema = self._table_schema(folder, schema_of)
            if schema is None:
                self.changes.say(f"INFO : {folder.url} is of no format known here: no table")
                continue
            keys, found = partitions(folder)
            with self.store.transaction(self.scope) as documents:
                self._write_table(documents, database, folder, schema, keys, found)

    def _table_schema(self, folder: Folder, schema_of: Callable[[S3Object], Schema | None]) -> Schema | None:
        files = sorted(folder.all_files(), key=lambda item: item.key)
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
    ) -> None:
        now = time.time()
        name = table_name(folder, self.crawler.get("TablePrefix", ""))
        former = _table_or_none(documents, database, name)
        if former and former.get("StorageDescriptor", {}).get("Location", folder.url) != folder.url:
            name = unique_name(name, folder)
            former = _table_or_none(documents, database, name)
        wanted = table_input(name, folder, schema, keys, self.crawler["Name"])
        table = former
        if former is None:
            table = catalog.put_table(documents, database, wanted, now)
            self.changes.created += 1
            self.changes.say(f"INFO : Created table {name} in database {database}")
        elif _differs(former, wanted):
            if self.crawler["SchemaChangePolicy"]["UpdateBehavior"] == "UPDATE_IN_DATABASE":
                table = catalog.put_table(documents, database, wanted, now)
                self.changes.updated += 1
                self.changes.say(f"INFO : Updated table {name} in database {database}")
            else:
                self.changes.say(f"INFO : Table {name} has changed; left as it is (UpdateBehavior LOG)")
        if table is not None:
            self._write_partitions(documents, table, schema, found, now)

    def _write_partitions(
        self, documents: Documents, table: Json, schema: Schema, found: list[Partition], now: float
    ) -> None:
        former = {tuple(item["Values"]): item for item in catalog.partitions(documents, table)}
        added = 0
        for partition in found:
            wanted = partition_input(partition, table, schema, self.crawler["Name"])
            known = former.pop(tuple(partition.values), None)
            added += known is None
            if known is None or any(known.get(name) != value for name, value in wanted.items()):
                catalog.put_partition(documents, table, wanted, now)
        if added:
            self.changes.say(f"INFO : Added {added} partition(s) to table {table['Name']}")
        if former and self.crawler["SchemaChangePolicy"]["DeleteBehavior"] == "DELETE_FROM_DATABASE":
            for values in former:
                catalog.delete_partition(documents, table, list(values))
            self.changes.say(f"INFO : Deleted {len(former)} partition(s) of table {table['Name']}")


def _table_or_none(documents: Documents, database: str, name: str) -> Json | None:
    return documents.get(catalog.TABLE, catalog.table_key(database, name))


def _differs(former: Json, wanted: Json) -> bool:
    return any(former.get(name) != value for name, value in wanted.items())
