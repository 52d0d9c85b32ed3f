"""One crawl: read the targets, then write the tables they hold and the partitions of those."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_glue.api.glue_api_model import Json
from local_glue.catalog.databases import put_database
from local_glue.catalog.keys import DATABASE, TABLE, table_key
from local_glue.crawlers.changes import Changes
from local_glue.crawlers.configuration import DEFAULT_DATABASE, Configuration, read_configuration
from local_glue.crawlers.formats.classify import NotBuilt
from local_glue.crawlers.outcomes import CrawlError
from local_glue.crawlers.targets.dynamodb_targets import read_table
from local_glue.crawlers.targets.s3_targets import S3Targets
from local_glue.crawlers.writing import Found, Writer
from local_glue.store import Scope, Store

_BUILT = ("S3Targets", "DynamoDBTargets", "CatalogTargets")


@dataclass(frozen=True)
class Crawl:
    """One crawl of one crawler, with clients that have the crawler's role."""

    store: Store
    scope: Scope
    crawler: Json
    s3: Any
    changes: Changes
    check: Callable[[], None]  # raises Cancelled
    dynamodb: Any = None

    def run(self) -> None:
        """Crawl all targets.

        Raises:
            CrawlError: one can't be read, or there are too many tables; nothing was written.
        """
        others = [kind for kind, found in self.crawler["Targets"].items() if found and kind not in _BUILT]
        if others:
            raise CrawlError(
                f"The local Glue service crawls {', '.join(_BUILT)} only, found {', '.join(others)}."
            )

        found = list(self._found())
        threshold = self._configuration.table_threshold
        if threshold is not None and len(found) > threshold:
            raise CrawlError(
                f"The number of tables detected by crawler: {len(found)} is greater than the table threshold"
                f" value provided: {threshold}. Failing crawler without writing to Data Catalog."
            )

        self._say_configuration()
        self._write(found)
        self.changes.say_summary()

    @property
    def _configuration(self) -> Configuration:
        return read_configuration(self.crawler.get("Configuration"))

    @property
    def _database(self) -> str:
        return str(self.crawler.get("DatabaseName") or DEFAULT_DATABASE)

    def _say_configuration(self) -> None:
        self.changes.say(f"BENCHMARK : Classification complete, writing results to database {self._database}")
        policy = self.crawler["SchemaChangePolicy"]
        if not self.crawler.get("Configuration"):
            words = json.dumps(policy, separators=(",", ":"))
            self.changes.say(f"INFO : Crawler configured with SchemaChangePolicy {words}.")
            return
        configuration = json.dumps(json.loads(self.crawler["Configuration"]), indent=4)
        self.changes.say(
            f"INFO : Crawler configured with Configuration \n{configuration}\n and SchemaChangePolicy \n"
            f"{json.dumps(policy, indent=4)}\n. Note that values in the Configuration override values in the"
            " SchemaChangePolicy for S3 Targets."
        )

    def _found(self) -> Iterator[Found]:
        """Read all targets."""
        targets, configuration = self.crawler["Targets"], self._configuration
        reader = S3Targets(
            *(self.store, self.scope, self.crawler, self._database, configuration),
            *(self.s3, self.changes, self.check),
        )

        for target in targets["S3Targets"]:
            with _readable(target["Path"]):
                found = list(reader.found(target))
            yield from found

        for target in targets["DynamoDBTargets"]:
            with _readable(target["Path"]):
                item_table = read_table(self.dynamodb, target, self.check)
            yield item_table

        for target in targets["CatalogTargets"]:
            for name in target["Tables"]:
                table, place = self._catalog_table(target["DatabaseName"], name)
                with _readable(place):
                    known = reader.known(table, {"Path": place})
                yield known

    def _catalog_table(self, database: str, name: str) -> tuple[Json, str]:
        with self.store.transaction(self.scope) as documents:
            table = documents.get(TABLE, table_key(database, name))
        place = str((table or {}).get("StorageDescriptor", {}).get("Location", ""))
        if table is None or not place.startswith("s3"):
            raise CrawlError(
                f"A catalog target must be a table with an S3 location, found "
                f"{database}.{name} with {place or 'none'}."
            )
        return table, place

    def _write(self, found: list[Found]) -> None:
        database, names = self._database, set()
        is_of_catalog = bool(self.crawler["Targets"]["CatalogTargets"])
        with self.store.transaction(self.scope) as documents:
            if not is_of_catalog and not documents.get(DATABASE, database.lower()):
                put_database(documents, {"Name": database}, time.time())
        for table in found:
            self.check()
            into = table.table["DatabaseName"] if table.table else database
            with self.store.transaction(self.scope) as documents:
                names.add(self._writer(documents).write(into, table))
        self.check()
        if not is_of_catalog:
            with self.store.transaction(self.scope) as documents:
                self._writer(documents).retire(database, names)

    def _writer(self, documents: Any) -> Writer:
        return Writer(documents, self.crawler, self._configuration, self.changes)


@contextmanager
def _readable(place: str) -> Iterator[None]:
    """Turn what makes a target unreadable into the crawl's error."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise CrawlError(f"{place} can't be read: {error}") from error
    except NotBuilt as error:
        raise CrawlError(str(error)) from error
