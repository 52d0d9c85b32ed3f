"""Error records of a frame: what a source or a transform could not read, kept beside the good records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from local_glue.dynamicframe.options import is_true

CALL_SITE = "struct<site:string,info:string>"


class ErrorThresholdError(RuntimeError):
    """More records went wrong than a script allows."""


@dataclass(frozen=True)
class _Limit:
    of: tuple[DataFrame, ...]
    most: int
    why: str

    def check(self) -> None:
        count = _count(self.of)
        if count > self.most:
            raise ErrorThresholdError(
                f"Expected at most {self.most} error records ({self.why}), found {count}: "
                "look at frame.errorsAsDynamicFrame().toDF(), or allow more."
            )


@dataclass(frozen=True)
class Errors:
    """The error records of the transforms before, those of the last one, and the limits to keep."""

    earlier: tuple[DataFrame, ...] = ()
    stage: DataFrame | None = None
    limits: tuple[_Limit, ...] = ()

    @classmethod
    def of_source(cls, errors: DataFrame | None, options: Mapping[str, Any]) -> "Errors":
        """Return what a source could not read; with `isFailFast` one such record fails the script."""
        made = cls((), errors)
        fails_fast = is_true(options.get("isFailFast", False))
        return cls((), errors, (_Limit(made.all, 0, "isFailFast"),)) if fails_fast else made

    def then(self, stage: DataFrame | None, stage_threshold: int, total_threshold: int) -> "Errors":
        """Return the errors after one more transform; a threshold of 0 is none."""
        everything = Errors(self.all, stage)
        limits = list(self.limits)
        if stage_threshold:
            limits.append(_Limit(everything._latest, stage_threshold, f"stageThreshold={stage_threshold}"))
        if total_threshold:
            limits.append(_Limit(everything.all, total_threshold, f"totalThreshold={total_threshold}"))
        return Errors(self.all, stage, tuple(limits))

    def beside(self, other: "Errors") -> "Errors":
        """Return the errors of two frames that become one."""
        return Errors((*self.all, *other.all), None, (*self.limits, *other.limits))

    @property
    def all(self) -> tuple[DataFrame, ...]:
        """Return those of all transforms so far."""
        return (*self.earlier, *self._latest)

    def count(self) -> int:
        """Return how many there are."""
        return _count(self.all)

    def stage_count(self) -> int:
        """Return how many the last transform made."""
        return _count(self._latest)

    def check(self) -> None:
        """Count what has a limit.

        Raises:
            ErrorThresholdError: there are more than a limit allows.
        """
        for limit in self.limits:
            limit.check()

    @property
    def _latest(self) -> tuple[DataFrame, ...]:
        return () if self.stage is None else (self.stage,)


def error_column(message: Column, text: Column, record: Column | None, site: str, info: str) -> Column:
    """Return the struct `error` of one error record, with the fields that AWS gives it."""
    return f.struct(
        f.struct(f.lit(site).alias("site"), f.lit(info).alias("info")).alias("callsite"),
        message.alias("msg"),
        f.lit("").alias("stackTrace"),
        text.alias("input"),
        f.length(text).cast("long").alias("bytesread"),
        f.lit("").alias("source"),
        (f.lit(None).cast("string") if record is None else record).alias("dynamicRecord"),
    ).alias("error")


def _count(frames: tuple[DataFrame, ...]) -> int:
    return sum(frame.count() for frame in frames)
