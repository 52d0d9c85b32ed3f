"""`EvaluateDataQuality`: a ruleset over a DynamicFrame, as Glue Studio's nodes call it."""

from collections.abc import Mapping
from typing import Any

from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection

from local_glue.dynamicframe.quality.dqdl import parse
from local_glue.dynamicframe.quality.results import (
    row_level_outcomes,
    rule_outcomes,
    say_what_is_not_published,
)
from local_glue.dynamicframe.quality.rules import evaluate
from local_glue.dynamicframe.refusals import unsupported

__all__ = ["EvaluateDataQuality"]


class EvaluateDataQuality:
    """Evaluates a ruleset of DQDL."""

    @classmethod
    def apply(cls, frame: Any, ruleset: str, publishing_options: Mapping[str, Any] | None = None) -> Any:
        """Return a frame with a row for each rule.

        Raises:
            ValueError: the ruleset is no DQDL.
            NotImplementedError: it has a part of DQDL that is not here.
        """
        collection = cls().process_rows(frame, ruleset, publishing_options)
        return collection.select("ruleOutcomes")

    def process_rows(
        self,
        frame: Any,
        ruleset: str,
        publishing_options: Mapping[str, Any] | None = None,
        additional_options: Mapping[str, Any] | None = None,  # noqa: ARG002 - how AWS tunes and publishes
        additional_data_sources: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return `ruleOutcomes`, `rowLevelOutcomes` and `originalData`.

        Raises:
            ValueError: the ruleset is no DQDL.
            NotImplementedError: it has a part of DQDL that is not here.
        """
        if additional_data_sources:
            raise unsupported(
                "additional_data_sources of EvaluateDataQuality are not here: compare the frames with Spark, "
                "or run this job on AWS."
            )
        context, rules = frame.glue_ctx, parse(ruleset)
        df = frame.toDF()
        outcomes = evaluate(df, rules)
        say_what_is_not_published(publishing_options or {}, rules)
        frames = {
            "ruleOutcomes": DynamicFrame.fromDF(rule_outcomes(df, outcomes), context, "ruleOutcomes"),
            "rowLevelOutcomes": DynamicFrame.fromDF(
                row_level_outcomes(df, outcomes), context, "rowLevelOutcomes"
            ),
            "originalData": frame,
        }
        return DynamicFrameCollection(frames, context)
