"""What every frame has: its rows, the records that went wrong, and the step to the next frame."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from pyspark.sql import DataFrame

from local_glue.dynamicframe.frames.errors import Errors

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class FrameState:
    """The rows of a DynamicFrame, and the records that went wrong on the way to them."""

    def __init__(
        self, df: DataFrame, context: "ScalaGlueContext", errors: Errors | None = None, name: str = ""
    ) -> None:
        self.df = df
        self.context = context
        self.errors = errors or Errors()
        self.name = name

    def next_frame(
        self, df: DataFrame, step: Sequence[Any], stage_errors: DataFrame | None = None, name: str = ""
    ) -> Self:
        """Return the frame after one step: its transformation_ctx, call site and thresholds."""
        stage, total = step[2:4] or (0, 0)
        return type(self)(df, self.context, self.errors.then(stage_errors, stage, total), name)

    def of_both(self, other: Self, df: DataFrame, step: Sequence[Any]) -> Self:
        """Return the frame that two become in one step."""
        stage, total = step[2:4]
        errors = self.errors.beside(other.errors).then(None, stage, total)
        return type(self)(df, self.context, errors, self.name)
