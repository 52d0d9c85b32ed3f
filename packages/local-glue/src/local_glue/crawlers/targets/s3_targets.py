"""Reads an S3 target: lists it, classifies its objects, and groups them into tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from local_glue.api.glue_api_model import Json
from local_glue.catalog.partitions.partitions import list_partitions
from local_glue.crawlers.changes import Changes
from local_glue.crawlers.configuration import Configuration
from local_glue.crawlers.formats.schema import UNKNOWN, Schema, merged
from local_glue.crawlers.targets.grouping import Grouping, partitions
from local_glue.crawlers.targets.listing import Folder, S3Object, list_target
from local_glue.crawlers.targets.reading import read_schemas, sampled
from local_glue.crawlers.writing import Found, find_own_tables
from local_glue.store import Scope, Store


@dataclass(frozen=True)
class S3Targets:
    """Reads the S3 targets of one crawler."""

    store: Store
    scope: Scope
    crawler: Json
    database: str
    configuration: Configuration
    s3: Any
    changes: Changes
    check: Callable[[], None]  # raises Cancelled

    def found(self, target: Json) -> Iterator[Found]:
        """Return the tables of a target with their schemas."""
        root = list_target(self.s3, target)
        if not any(True for _ in root.all_files()):
            self.changes.say(f"INFO : No data found at {target['Path']}")
        if self.crawler["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY":
            root, known = self._without_known(root, target)
            yield from known

        schemas = self._schemas(root, target)
        seen = sampled(root, target.get("SampleSize"))
        folders = Grouping(self.configuration, schemas.__getitem__).tables(seen)
        left = schemas.keys() - {item for folder in folders for item in folder.all_files()}
        if left:
            self.changes.say(f"WARN : {len(left)} file(s) of {root.url} are above TableLevelConfiguration")

        for folder in folders:
            whole = root.find(folder.url) or folder
            yield self._found_table(whole, seen, _schema_of(folder, schemas), schemas, target)

    def known(self, table: Json, target: Json) -> Found:
        """Return a table of the catalog as its data is now: all of it is of this one table."""
        root = list_target(self.s3, target)
        schemas = self._schemas(root, target)
        schema = _schema_of(root, schemas) if schemas else Schema(UNKNOWN, {})
        found = self._found_table(root, root, schema, schemas, target)
        return replace(found, table=table, is_partial=not schemas)

    def _found_table(
        self, folder: Folder, seen: Folder, schema: Schema, schemas: dict[S3Object, Schema], target: Json
    ) -> Found:
        keys, parts, shallow = partitions(folder)
        for one in shallow:
            self.changes.say(f"WARN : Files in {one.url} are in no partition of {folder.url}")
        for key in set(keys) & schema.columns.keys():
            self.changes.say(
                f"WARN : Column {key} of {folder.url} is a partition key, too: Athena refuses such a table"
                " (HIVE_INVALID_METADATA). Rename the column in the files, or the folders."
            )
        if schema.classification == UNKNOWN:
            self.changes.say(f"WARN : {folder.url} is of no format that a classifier knows")
        whose = [(part, _schema_of(seen.find(part.folder.url) or part.folder, schemas)) for part in parts]
        return Found(folder, schema, target, keys, whose)

    def _schemas(self, root: Folder, target: Json) -> dict[S3Object, Schema]:
        return read_schemas(self.s3, sampled(root, target.get("SampleSize")).all_files(), self.check)

    def _without_known(self, root: Folder, target: Json) -> tuple[Folder, list[Found]]:
        """Take the tables that this crawler has made before out of a target; return the partitions they lack.

        AWS remembers the folders; here the catalog tells, so a partition that was deleted by hand is new.
        """
        with self.store.transaction(self.scope) as documents:
            own = find_own_tables(documents, self.database, self.crawler["Name"])
            values = {
                url: {tuple(item["Values"]) for item in list_partitions(documents, table)}
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


def _schema_of(folder: Folder, schemas: dict[S3Object, Schema]) -> Schema:
    return merged(schemas[item] for item in sorted(folder.all_files(), key=lambda item: item.key))
