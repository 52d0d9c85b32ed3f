"""Transforms, by the names of the Java methods that AWS's `DynamicFrame` calls.

Behind its own arguments each gets those of its step: transformation_ctx, call site, stageThreshold and
totalThreshold.
"""
# ruff: noqa: N802 - AWS's names

import json
from collections.abc import Sequence
from typing import Any, Self

from local_glue.dynamicframe.frames.frame_state import FrameState
from local_glue.dynamicframe.transforms import fields, joining, nesting, resolve_choice, rows
from local_glue.dynamicframe.transforms.apply_mapping import Mapping, apply_mapping
from local_glue.dynamicframe.transforms.relationalize import relationalize
from local_glue.dynamicframe.transforms.unbox import unbox


class FrameTransforms(FrameState):
    """A frame from which others are made."""

    def applyMapping(self, mappings: Sequence[Mapping], case_sensitive: bool, *step: Any) -> Self:
        """ApplyMapping."""
        return self.next_frame(apply_mapping(self.df, mappings, case_sensitive=case_sensitive), step)

    def dropFields(self, paths: Sequence[str], *step: Any) -> Self:
        """DropFields."""
        return self.next_frame(fields.drop_fields(self.df, paths), step)

    def selectFields(self, paths: Sequence[str], *step: Any) -> Self:
        """SelectFields."""
        return self.next_frame(fields.select_fields(self.df, paths), step)

    def renameField(self, old: str, new: str, *step: Any) -> Self:
        """RenameField."""
        return self.next_frame(fields.rename_field(self.df, old, new), step)

    def splitFields(self, paths: Sequence[str], *step: Any) -> list[Self]:
        """SplitFields."""
        return [self.next_frame(df, step) for df in fields.split_fields(self.df, paths)]

    def splitRows(
        self, paths: Sequence[str], values: Sequence[Any], signs: Sequence[str], *step: Any
    ) -> list[Self]:
        """SplitRows."""
        return [self.next_frame(df, step) for df in rows.split_rows(self.df, paths, values, signs)]

    def spigot(self, path: str, options: dict[str, Any], *step: Any) -> Self:
        """Spigot."""
        rows.spigot(self.df, path, options)
        return self.next_frame(self.df, step)

    def join(self, keys1: Sequence[str], keys2: Sequence[str], other: Self, *step: Any) -> Self:
        """Join."""
        return self.of_both(other, joining.join(self.df, other.df, keys1, keys2), step)

    def union(self, other: Self, *step: Any) -> Self:
        """Union."""
        return self.of_both(other, joining.union(self.df, other.df), step)

    def mergeDynamicFrames(
        self, stage: Self, keys: Sequence[str], ctx: str, _options: dict[str, Any], *step: Any
    ) -> Self:
        """Merge a staged frame into this one."""
        return self.of_both(stage, joining.merge_by_key(self.df, stage.df, keys), (ctx, *step))

    def unnest(self, *step: Any) -> Self:
        """UnnestFrame."""
        return self.next_frame(nesting.unnest(self.df), step)

    def unnestDDBJson(self, *step: Any) -> Self:
        """Unnest DynamoDB's JSON."""
        return self.next_frame(nesting.unnest_ddb_json(self.df), step)

    def simplifyDDBJson(self) -> Self:
        """Simplify DynamoDB's JSON."""
        return self.next_frame(nesting.simplify_ddb_json(self.df), ())

    def relationalize(
        self, root: str, _staging_path: str, _options: dict[str, Any], *step: Any
    ) -> list[Self]:
        """Relationalize."""
        tables = relationalize(self.df, root)
        return [self.next_frame(df, step, name=name) for name, df in tables.items()]

    def unbox(self, path: str, format: str, options: str, *step: Any) -> Self:  # noqa: A002
        """Unbox."""
        df, errors = unbox(self.df, path, format, json.loads(options), step[1])
        return self.next_frame(df, step, errors)

    def resolveChoice(
        self,
        specs: Sequence[tuple[str, str]],
        choice: str | None,
        database: str | None,
        table: str | None,
        *step: Any,
    ) -> Self:
        """ResolveChoice.

        Raises:
            ValueError: match_catalog lacks the database or the table.
        """
        if choice is None:
            df = resolve_choice.resolve_specs(self.df, specs)
        elif choice.lower() == "match_catalog":
            if database is None or table is None:
                raise ValueError("match_catalog needs both a database and a table_name.")
            types = self.context.catalog(step[4]).column_types(database, table)
            df = resolve_choice.match_catalog(self.df, types)
        else:
            df = resolve_choice.resolve_all(self.df, choice)
        return self.next_frame(df, step)

    def repartition(self, number: int, *step: Any) -> Self:
        """Repartition."""
        return self.next_frame(self.df.repartition(number), step)

    def coalesce(self, number: int, shuffle: bool, *step: Any) -> Self:
        """Coalesce."""
        return self.next_frame(self.df.repartition(number) if shuffle else self.df.coalesce(number), step)
