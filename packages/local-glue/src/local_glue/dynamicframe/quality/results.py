"""The results of a ruleset as Glue has them: a row a rule, and the frame's rows with what they meet."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f

from local_glue.dynamicframe.quality.dqdl import Rule
from local_glue.dynamicframe.quality.rules import Outcome, lacking, of_rows

_RULES = (
    "Rule string, Outcome string, FailureReason string, EvaluatedMetrics map<string, double>, "
    "EvaluatedRule string"
)
_PUBLISHED = ("enableDataQualityResultsPublishing", "enableDataQualityCloudWatchMetrics", "resultsS3Prefix")


def rule_outcomes(df: DataFrame, outcomes: Sequence[Outcome]) -> DataFrame:
    """Return a row for each rule."""
    rows = [
        (one.rule.text, "Failed" if one.reason else "Passed", one.reason, dict(one.metrics), one.rule.text)
        for one in outcomes
    ]
    return df.sparkSession.createDataFrame(rows, _RULES)


def row_level_outcomes(df: DataFrame, outcomes: Sequence[Outcome]) -> DataFrame:
    """Return the rows with the rules that each passes, fails, and that say nothing of a row."""
    rules = [one.rule for one in outcomes]
    of_row = {
        rule.text: met for rule in rules if not lacking(df, rule) and (met := of_rows(rule)) is not None
    }
    return df.select(
        "*",
        _texts(of_row).alias("DataQualityRulesPass"),
        _texts({text: ~met for text, met in of_row.items()}).alias("DataQualityRulesFail"),
        _texts({rule.text: f.lit(True) for rule in rules if rule.text not in of_row}).alias(
            "DataQualityRulesSkip"
        ),
        f.when(_any([~met for met in of_row.values()]), "Failed")
        .otherwise("Passed")
        .alias("DataQualityEvaluationResult"),
    )


def say_what_is_not_published(options: Mapping[str, Any], rules: Sequence[Rule]) -> None:
    """Tell the run's error log what AWS would have published, and where it is instead."""
    asked = [name for name in _PUBLISHED if options.get(name)]
    if asked:
        print(
            f"local Glue: the outcome of {len(rules)} rules of data quality is published nowhere "
            f"({', '.join(asked)}): the frame that the transform returns has it",
            file=sys.stderr,
        )


def _texts(conditions: Mapping[str, Column]) -> Column:
    if not conditions:
        return f.array().cast("array<string>")
    return f.filter(
        f.array(*(f.when(met, f.lit(text)) for text, met in conditions.items())),
        lambda text: text.isNotNull(),
    )


def _any(conditions: Sequence[Column]) -> Column:
    found = f.lit(False)
    for condition in conditions:
        found = found | condition
    return found
