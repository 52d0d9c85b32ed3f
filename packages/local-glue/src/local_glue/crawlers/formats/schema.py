"""What an object holds, as a classifier tells it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from local_glue.crawlers.formats import types

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Schema:
    """An object's format, its columns (lower case) with Hive types, and how to read it."""

    classification: str
    columns: dict[str, str]
    compression: str = "none"
    delimiter: str = ""
    has_header: bool = False
    # JSON's own spelling of the columns.
    paths: dict[str, str] = field(default_factory=dict)
    # How many records a classifier has seen, and how many bytes they have, not compressed.
    records: int = 0
    record_bytes: int = 0
    # Parameters of the table that only this kind of data has.
    details: dict[str, str] = field(default_factory=dict)

    @property
    def compatibility(self) -> tuple[str, str, str]:
        """What two objects must have in common to be of one table."""
        return self.classification, self.compression, self.delimiter

    @property
    def average_record_size(self) -> int:
        """How many bytes a record has, not compressed; 0 when no record was seen."""
        return max(1, self.record_bytes // self.records) if self.records else 0

    def merged(self, other: "Schema") -> "Schema":
        """Join the columns of two objects of one table; a column of two types gets the wider one."""
        columns = dict(self.columns)
        for name, found in other.columns.items():
            columns[name] = types.wider(columns[name], found) if name in columns else found
        return replace(
            self,
            columns=columns,
            paths={**other.paths, **self.paths},
            records=self.records + other.records,
            record_bytes=self.record_bytes + other.record_bytes,
        )

    def is_similar(self, other: "Schema") -> bool:
        """Return whether most columns of the smaller schema are in the larger one."""
        if self.compatibility != other.compatibility:
            return False
        smaller = min(len(self.columns), len(other.columns))
        return len(self.columns.keys() & other.columns.keys()) >= SIMILARITY * smaller


# AWS publishes this threshold for folders of one schema, and no measure of how alike two schemas are.
SIMILARITY = 0.7


def merged(schemas: Iterable[Schema]) -> Schema:
    """Join the schemas of at least one object, those of the commonest format."""
    found = list(schemas)
    commonest, _ = Counter(schema.compatibility for schema in found).most_common(1)[0]
    first, *others = [schema for schema in found if schema.compatibility == commonest]
    for other in others:
        first = first.merged(other)
    return first
