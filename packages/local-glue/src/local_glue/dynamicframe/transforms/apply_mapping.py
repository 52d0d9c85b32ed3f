"""ApplyMapping: the fields that a list of mappings names, under new names, as new types, in its order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from local_glue.dynamicframe.paths import parse_path, resolve
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.types.casts import cast
from local_glue.dynamicframe.types.choices import as_struct
from local_glue.dynamicframe.types.glue_types import parse_type


@dataclass(frozen=True)
class Mapping:
    """One tuple of a script: (source, target), (source, target, type) or (source, type, target, type)."""

    source: str
    target: str
    target_type: str | None = None

    @classmethod
    def of(cls, parts: Sequence[Any]) -> "Mapping":
        """Read a tuple of two to four parts."""
        if len(parts) == 4:
            return cls(parts[0], parts[2], parts[3])
        return cls(*parts)


@dataclass
class _Struct:
    """A struct of the result that grows with each mapping into it."""

    fields: "dict[str, _Struct | Column]" = field(default_factory=dict)

    def add(self, path: Sequence[str], value: Column) -> None:
        if len(path) == 1:
            self.fields[path[0]] = value
            return
        inner = self.fields.get(path[0])
        if not isinstance(inner, _Struct):
            inner = self.fields[path[0]] = _Struct()
        inner.add(path[1:], value)

    def columns(self) -> list[tuple[str, Column]]:
        return [
            (
                name,
                f.struct(*[one.alias(n) for n, one in value.columns()])
                if isinstance(value, _Struct)
                else value,
            )
            for name, value in self.fields.items()
        ]


def apply_mapping(df: DataFrame, mappings: Sequence[Mapping], *, case_sensitive: bool) -> DataFrame:
    """Return the mapped fields; a source that is not there gives no field."""
    result = _Struct()
    for mapping in mappings:
        found = resolve(df.schema, parse_path(mapping.source), case_sensitive=case_sensitive)
        if found is None:
            continue
        value, kind = found
        target = parse_type(mapping.target_type) if mapping.target_type else None
        # A bare "struct" or "array" says nothing of what is in it: the value stays as it is.
        value = value if target is None else cast(value, as_struct(kind) if kind == target else kind, target)
        result.add(parse_path(mapping.target), value)
    return select(df, result.columns())
