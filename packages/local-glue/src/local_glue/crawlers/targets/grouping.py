"""Which folders are tables, and which of their folders are partitions.

Source: "How does a crawler determine when to create partitions?", "Creating a single schema for each Amazon
S3 include path" and "Specifying the table location and partitioning level" in the Glue developer guide.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from local_glue.crawlers.configuration import Configuration
from local_glue.crawlers.formats.schema import Schema, merged
from local_glue.crawlers.targets.listing import Folder, S3Object, alone, hive_value

# Folders are partitions of one table when more than this share of them is of one schema, and there are not
# more schemas than these: both as AWS says.
_SHARE_OF_FOLDERS = 0.7
_MOST_SCHEMAS = 5

SchemaOf = Callable[[S3Object], Schema]


@dataclass(frozen=True)
class Partition:
    """One folder of files, by the values of its partition keys."""

    values: list[str]
    folder: Folder


@dataclass(frozen=True)
class Grouping:
    """Groups a target's folders by what its objects hold."""

    configuration: Configuration
    schema_of: SchemaOf

    def tables(self, root: Folder) -> list[Folder]:
        """Find the folders, and single objects, below a target that are tables."""
        if not any(True for _ in root.all_files()):
            return []
        level = self.configuration.table_level
        if level is not None and root.level < level:
            return self._inner_tables(root)
        if level is not None or self._is_one_table(root):
            return [root]
        return [*(alone(item) for item in root.files), *self._inner_tables(root)]

    def _inner_tables(self, root: Folder) -> list[Folder]:
        return [table for _, folder in sorted(root.folders.items()) for table in self.tables(folder)]

    def _is_one_table(self, root: Folder) -> bool:
        if self.configuration.combines_compatible_schemas:
            return len({self.schema_of(item).compatibility for item in root.all_files()}) == 1
        if not root.folders:
            return _is_of_one_schema(self.schema_of(item) for item in root.files)
        leaves = list(_leaves(root, []))
        # Files beside folders have another shape, and are tables of their own: so it is on AWS.
        shapes = {tuple((hive_value(step) or ("", ""))[0] for step in steps) for steps, _ in leaves}
        inner = [[self.schema_of(item) for item in folder.files] for _, folder in leaves]
        is_uniform = len(shapes) == 1 and all(_is_of_one_schema(schemas) for schemas in inner)
        return is_uniform and _is_of_one_schema(merged(schemas) for schemas in inner)


def _is_of_one_schema(schemas: Iterable[Schema]) -> bool:
    clusters: list[tuple[Schema, int]] = []
    for schema in schemas:
        for number, (known, count) in enumerate(clusters):
            if known.is_similar(schema):
                clusters[number] = (known.merged(schema), count + 1)
                break
        else:
            clusters.append((schema, 1))
            if len(clusters) > _MOST_SCHEMAS:
                return False
    counts = [count for _, count in clusters]
    return len(counts) == 1 or max(counts) > _SHARE_OF_FOLDERS * sum(counts)


def partitions(table: Folder) -> tuple[list[str], list[Partition], list[Folder]]:
    """Return a table's partition keys, its partitions, and the folders that are too shallow to be any.

    Folders without `key=` get `partition_0` and so on.
    """
    found = list(_leaves(table, []))
    depth = max((len(steps) for steps, _ in found), default=0)
    whole = [(steps, folder) for steps, folder in found if len(steps) == depth]
    shallow = [folder for steps, folder in found if len(steps) < depth]
    if not depth:
        return [], [], []
    keys: list[str] = []
    for number in range(depth):
        hive = hive_value(whole[0][0][number])
        keys.append(hive[0].lower() if hive else f"partition_{number}")
    return keys, [Partition([_value(step) for step in steps], folder) for steps, folder in whole], shallow


def _leaves(folder: Folder, steps: list[str]) -> Iterator[tuple[list[str], Folder]]:
    """Return the folders that hold files, with the names on the way to them."""
    if folder.files:
        yield steps, folder
    for name in sorted(folder.folders):
        yield from _leaves(folder.folders[name], [*steps, name])


def _value(step: str) -> str:
    hive = hive_value(step)
    return hive[1] if hive else step
