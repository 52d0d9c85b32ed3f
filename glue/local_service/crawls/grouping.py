"""Which folders are tables, and which of their folders are partitions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local_service.crawls.formats import Schema
from local_service.crawls.listing import Folder, S3Object, hive_value

SchemaOf = Callable[[S3Object], Schema | None]


@dataclass(frozen=True)
class Partition:
    """One folder of files, by the values of its partition keys."""

    values: list[str]
    folder: Folder


def table_folders(root: Folder, level: int | None, schema_of: SchemaOf) -> list[Folder]:
    """Find the folders below a target that are tables.

    With a table level, those of that depth. Without, a folder is a table when it holds files or Hive
    partitions, or when all below it is of one schema; else its folders are looked at one by one. (AWS
    also joins schemas that are merely similar; here they must be equal.)
    """
    if not any(True for _ in root.all_files()):
        return []
    if level is not None:
        if root.level >= level:
            return [root]
        return [table for folder in _sorted(root) for table in table_folders(folder, level, schema_of)]
    if root.files or all(hive_value(name) for name in root.folders):
        return [root]
    if _is_of_one_schema(root, schema_of):
        return [root]
    return [table for folder in _sorted(root) for table in table_folders(folder, None, schema_of)]


def partitions(table: Folder) -> tuple[list[str], list[Partition]]:
    """Give a table's partition keys and its partitions; folders without `key=` get `partition_0`."""
    found = [partition for partition in _walk(table, []) if partition[0]]
    depth = max((len(steps) for steps, _ in found), default=0)
    whole = [(steps, folder) for steps, folder in found if len(steps) == depth]
    keys: list[str] = []
    for number in range(depth):
        hive = hive_value(whole[0][0][number])
        keys.append(hive[0].lower() if hive else f"partition_{number}")
    return keys, [Partition([_value(step) for step in steps], folder) for steps, folder in whole]


def _walk(folder: Folder, steps: list[str]) -> Iterator[tuple[list[str], Folder]]:
    if folder.files:
        yield steps, folder
    for name in sorted(folder.folders):
        yield from _walk(folder.folders[name], [*steps, name])


def _value(step: str) -> str:
    hive = hive_value(step)
    return hive[1] if hive else step


def _sorted(folder: Folder) -> list[Folder]:
    return [folder.folders[name] for name in sorted(folder.folders)]


def _is_of_one_schema(folder: Folder, schema_of: SchemaOf) -> bool:
    """Compare one file of each folder; Hive partitions inside make each folder a table of its own."""
    children = _sorted(folder)
    if any(hive_value(name) for child in children for name in child.folders):
        return False
    schemas = [schema_of(next(child.all_files())) for child in children]
    return all(
        schema
        and schemas[0]
        and (schema.classification, schema.columns) == (schemas[0].classification, schemas[0].columns)
        for schema in schemas
    )
