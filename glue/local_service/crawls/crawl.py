"""One crawl: read the targets, group what they hold into tables, write those and their partitions."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_service import catalog
from local_service.crawls.changes import Changes
from local_service.crawls.configuration import Configuration, read_configuration
from local_service.crawls.formats import NotBuilt
from local_service.crawls.grouping import Grouping, partitions
from local_service.crawls.listing import Folder, S3Object, list_target
from local_service.crawls.reading import read_schemas, sampled
from local_service.crawls.schema import UNKNOWN, Schema, merged
from local_service.crawls.writing import Found, Writer, find_own_tables
from local_service.model import Json
from local_service.store import Scope, Store

# Where AWS puts the tables of a crawler without a database.
_DEFAULT_DATABASE = "default"


class CrawlError(Exception):
    """The crawl can't be done; the message becomes LastCrawl.ErrorMessage."""


class Cancelled(Exception):  # noqa: N818 - not an error
    """Someone asked the crawl to stop."""


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
        """Crawl all S3 targets; raise CrawlError, before anything is written, when one can't be read."""
        others = [kind for kind, found in self.crawler["Targets"].items() if found and kind != "S3Targets"]
        if others:
            raise CrawlError(f"The local Glue service crawls S3Targets only, found {', '.join(others)}.")
        found = [table for target in self.crawler["Targets"]["S3Targets"] for table in self._found(target)]
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
        return str(self.crawler.get("DatabaseName") or _DEFAULT_DATABASE)

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

    def _found(self, target: Json) -> Iterator[Found]:
        """Read one target: its tables with their schemas."""
        try:
            root = list_target(self.s3, target)
            if not any(True for _ in root.all_files()):
                self.changes.say(f"INFO : No data found at {target['Path']}")
            known: list[Found] = []
            if self.crawler["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY":
                root, known = self._without_known(root, target)
            yield from known
            schemas = self._schemas(root, target)
        except (ClientError, BotoCoreError) as error:
            raise CrawlError(f"{target['Path']} can't be read: {error}") from error
        except NotBuilt as error:
            raise CrawlError(str(error)) from error
        seen = sampled(root, target.get("SampleSize"))
        folders = Grouping(self._configuration, schemas.__getitem__).tables(seen)
        left = schemas.keys() - {item for folder in folders for item in folder.all_files()}
        if left:
            self.changes.say(f"WARN : {len(left)} file(s) of {root.url} are above TableLevelConfiguration")
        for folder in folders:
            whole = root.find(folder.url) or folder
            keys, parts, shallow = partitions(whole)
            schema = _schema_of(folder, schemas)
            for one in shallow:
                self.changes.say(f"WARN : Files in {one.url} are in no partition of {folder.url}")
            for key in set(keys) & schema.columns.keys():
                self.changes.say(f"WARN : Column {key} of {folder.url} is a partition key, too: left out")
            if schema.classification == UNKNOWN:
                self.changes.say(f"WARN : {folder.url} is of no format that a classifier knows")
            whose = [(part, _schema_of(seen.find(part.folder.url) or part.folder, schemas)) for part in parts]
            yield Found(whole, schema, target, keys, whose)

    def _schemas(self, root: Folder, target: Json) -> dict[S3Object, Schema]:
        return read_schemas(self.s3, sampled(root, target.get("SampleSize")).all_files(), self.check)

    def _without_known(self, root: Folder, target: Json) -> tuple[Folder, list[Found]]:
        """Take the tables that this crawler has made before out of a target; give the partitions they lack.

        AWS remembers the folders; here the catalog tells, so a partition that was deleted by hand is new.
        """
        with self.store.transaction(self.scope) as documents:
            own = find_own_tables(documents, self._database, self.crawler["Name"])
            values = {
                url: {tuple(item["Values"]) for item in catalog.partitions(documents, table)}
                for url, table in own.items()
            }
        known: list[Found] = []
        for url, table in own.items():
            folder = root.find(url)
            if folder is None or not any(True for _ in folder.all_files()):
                continue
            keys, parts, _ = partitions(folder)
            new = [part for part in parts if tuple(part.values) not in values[url]]
            whose = []
            for part in new:
                schemas = self._schemas(part.folder, target)
                whose.append((part, _schema_of(sampled(part.folder, target.get("SampleSize")), schemas)))
            schema = Schema(UNKNOWN, {})
            known.append(Found(folder, schema, target, keys, whose, table=table, is_partial=True))
        return root.without({found.folder.url for found in known}), known

    def _write(self, found: list[Found]) -> None:
        database, names = self._database, set()
        with self.store.transaction(self.scope) as documents:
            if not documents.get(catalog.DATABASE, database.lower()):
                catalog.put_database(documents, {"Name": database}, time.time())
        for table in found:
            self.check()
            with self.store.transaction(self.scope) as documents:
                names.add(self._writer(documents).write(database, table))
        self.check()
        with self.store.transaction(self.scope) as documents:
            self._writer(documents).retire(database, names)

    def _writer(self, documents: Any) -> Writer:
        return Writer(documents, self.crawler, self._configuration, self.changes)


def _schema_of(folder: Folder, schemas: dict[S3Object, Schema]) -> Schema:
    return merged(schemas[item] for item in sorted(folder.all_files(), key=lambda item: item.key))
