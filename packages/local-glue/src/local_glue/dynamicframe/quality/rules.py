"""Rules of data quality, evaluated over a DataFrame: one look at the rows for all that one look can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as f

from local_glue.dynamicframe.paths import quote
from local_glue.dynamicframe.quality.dqdl import Condition, Rule, RulesetError
from local_glue.dynamicframe.refusals import unsupported

_LEAST = {">": ("Minimum",), ">=": ("Minimum",), "<": ("Maximum",), "<=": ("Maximum",)}
_WHOLE = Condition("=", (1.0,))
_OF_GROUPS = ("IsUnique", "Uniqueness", "UniqueValueRatio", "IsPrimaryKey")
_OF_ONE_COLUMN = (
    *("ColumnExists", "IsComplete", "Completeness", "ColumnValues", "ColumnLength"),
    *("DistinctValuesCount", "Mean", "Sum", "StandardDeviation"),
)
_OF_THE_FRAME = ("ColumnCount", "RowCount")
_BY_THEMSELVES = ("ColumnExists", "IsComplete", "IsUnique", "IsPrimaryKey")


@dataclass(frozen=True)
class Outcome:
    """What came of a rule."""

    rule: Rule
    reason: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)


def evaluate(df: DataFrame, rules: Sequence[Rule]) -> list[Outcome]:
    """Return the outcome of each rule.

    Raises:
        RulesetError: a rule lacks its column or its condition.
        NotImplementedError: a rule is of a kind that is not here.
    """
    plain = [one for rule in rules for one in _plain(rule)]
    for rule in plain:
        _check(rule)
    numbers = _numbers(df, [rule for rule in plain if not lacking(df, rule)])
    return [_outcome(df, rule, numbers) for rule in rules]


def of_rows(rule: Rule) -> Column | None:
    """Return whether a row meets a rule; None for a rule that only the whole frame can meet."""
    columns, condition = [f.col(quote(name)) for name in rule.columns], rule.condition
    if rule.kind == "IsComplete":
        return columns[0].isNotNull()
    if rule.kind in {"IsUnique", "IsPrimaryKey"}:
        once = f.count(f.lit(1)).over(Window.partitionBy(*columns)) == 1
        return once & _all_there(columns) if rule.kind == "IsPrimaryKey" else once
    if rule.kind == "ColumnValues" and condition:
        return _meets(columns[0], condition)
    if rule.kind == "ColumnLength" and condition:
        return _meets(f.length(columns[0]), condition)
    return None


def _plain(rule: Rule) -> list[Rule]:
    return [one for part in rule.parts for one in _plain(part)] if rule.parts else [rule]


def _check(rule: Rule) -> None:
    if rule.kind not in {*_OF_GROUPS, *_OF_ONE_COLUMN, *_OF_THE_FRAME}:
        raise unsupported(
            f"{rule.kind} of data quality is not here. Instead use one of "
            f"{', '.join(sorted({*_OF_GROUPS, *_OF_ONE_COLUMN, *_OF_THE_FRAME}))}; or run this job on AWS."
        )
    expected = 0 if rule.kind in _OF_THE_FRAME else len(rule.columns) if rule.kind in _OF_GROUPS else 1
    if len(rule.columns) != expected or (rule.kind in _OF_GROUPS and not rule.columns):
        raise RulesetError(
            f"Expected {rule.kind} with {expected or 'its'} columns, "
            f"found {len(rule.columns)} in {rule.text!r}."
        )
    if (rule.condition is None) != (rule.kind in _BY_THEMSELVES):
        raise RulesetError(
            f"Expected {rule.kind} with{'out' if rule.condition else ''} a condition, found {rule.text!r}."
        )


def lacking(df: DataFrame, rule: Rule) -> list[str]:
    """Return the columns of a rule that the frame has not, by the names that Spark tells apart."""
    if df.sparkSession.conf.get("spark.sql.caseSensitive") == "true":
        return [name for name in rule.columns if name not in df.columns]
    there = {name.lower() for name in df.columns}
    return [name for name in rule.columns if name.lower() not in there]


def _numbers(df: DataFrame, rules: Sequence[Rule]) -> dict[str, float | None]:
    """Return the metrics that the rules need."""
    looks = {name: column for rule in rules for name, column in _aggregates(rule).items()}
    if not looks and not any(rule.kind in _OF_GROUPS for rule in rules):
        return {}
    names = list(looks)
    row = df.agg(f.count(f.lit(1)), *looks.values()).collect()[0]
    rows = float(row[0])
    found: dict[str, float | None] = {
        name: None if value is None else float(value) for name, value in zip(names, row[1:], strict=True)
    }
    grouped = {rule.columns: rule for rule in rules if rule.kind in _OF_GROUPS}
    for rule in grouped.values():
        found |= _group_metrics(df, rule, rows)
    return found


def _group_metrics(df: DataFrame, rule: Rule, rows: float) -> dict[str, float | None]:
    groups = df.groupBy(*(quote(name) for name in rule.columns)).agg(f.count(f.lit(1)).alias("rows"))
    once = f.sum(f.when(f.col("rows") == 1, 1).otherwise(0))
    single, distinct = groups.agg(once, f.count(f.lit(1))).collect()[0]
    of = {"Uniqueness": rows, "UniqueValueRatio": float(distinct)}
    return {_metric(rule, name): (single or 0) / count if count else None for name, count in of.items()}


def _aggregates(rule: Rule) -> dict[str, Column]:
    if rule.kind == "RowCount":
        return {_metric(rule, "RowCount"): f.count(f.lit(1))}
    if not rule.columns:
        return {}
    columns = [f.col(quote(name)) for name in rule.columns]
    share = f.avg(f.when(_all_there(columns), 1.0).otherwise(0.0))
    of_one = {
        "IsComplete": {"Completeness": share},
        "Completeness": {"Completeness": share},
        "IsPrimaryKey": {"Completeness": share},
        "DistinctValuesCount": {"DistinctValuesCount": f.count_distinct(columns[0])},
        "Mean": {"Mean": f.avg(columns[0])},
        "Sum": {"Sum": f.sum(columns[0])},
        "StandardDeviation": {"StandardDeviation": f.stddev_pop(columns[0])},
    }
    metrics = of_one.get(rule.kind, {})
    if rule.kind == "ColumnValues" and rule.condition:
        metrics = _value_metrics(columns[0], rule.condition, "ColumnValues.Compliance", "")
    if rule.kind == "ColumnLength" and rule.condition:
        metrics = _value_metrics(f.length(columns[0]), rule.condition, "LengthCompliance", "Length")
    return {_metric(rule, name): column for name, column in metrics.items()}


def _value_metrics(value: Column, condition: Condition, share: str, behind: str) -> dict[str, Column]:
    names = _extremes(condition)
    if not names:
        return {share: f.avg(_meets(value, condition).cast("double"))}
    number = value.cast("double")
    return {f"{name}{behind}": f.min(number) if name == "Minimum" else f.max(number) for name in names}


def _extremes(condition: Condition) -> tuple[str, ...]:
    """Return which ends of the values say whether all meet a condition; none where only each value can."""
    if not condition.is_of_numbers or condition.is_negated:
        return ()
    both = ("Minimum", "Maximum") if condition.operator in {"=", "between"} else ()
    return _LEAST.get(condition.operator, both)


def _meets(value: Column, condition: Condition) -> Column:
    """Return whether a value meets a condition; null does, but matches no pattern."""
    if condition.operator == "matches":
        met = f.coalesce(value.cast("string").rlike(f"^(?:{condition.operands[0]})$"), f.lit(False))
        return ~met if condition.is_negated else met
    compared = value.cast("double") if condition.is_of_numbers else value.cast("string")
    first, last = condition.operands[0], condition.operands[-1]
    met = {
        "=": compared == first,
        "!=": compared != first,
        ">": compared > first,
        ">=": compared >= first,
        "<": compared < first,
        "<=": compared <= first,
        "between": (compared > first) & (compared < last),
        "in": compared.isin(*condition.operands),
    }[condition.operator]
    return f.coalesce(~met if condition.is_negated else met, value.isNull())


def _all_there(columns: Sequence[Column]) -> Column:
    there = columns[0].isNotNull()
    for column in columns[1:]:
        there = there & column.isNotNull()
    return there


def _outcome(df: DataFrame, rule: Rule, numbers: Mapping[str, float | None]) -> Outcome:
    if rule.parts:
        parts = [_outcome(df, part, numbers) for part in rule.parts]
        failed = [part.reason for part in parts if part.reason]
        is_failed = len(failed) == len(parts) if rule.kind == "or" else bool(failed)
        metrics = {name: value for part in parts for name, value in part.metrics.items()}
        return Outcome(rule, ", ".join(failed) if is_failed else None, metrics)

    missing = lacking(df, rule)
    if missing:
        return Outcome(rule, f"Input data does not include column {', '.join(missing)}!")
    if rule.kind == "ColumnCount":
        count = float(len(df.columns))
        met = rule.condition is not None and rule.condition.holds(count)
        reason = None if met else f"Dataset has {count} columns and failed to satisfy constraint"
        return Outcome(rule, reason, {_metric(rule, "ColumnCount"): count})

    wanted = {_metric(rule, name): condition for name, condition in _wanted(rule).items()}
    values = {name: numbers[name] for name in wanted}
    bad = [name for name, condition in wanted.items() if not _is_met(values[name], condition)]
    reason = _reason(values[bad[0]]) if bad else None
    return Outcome(rule, reason, {name: value for name, value in values.items() if value is not None})


def _wanted(rule: Rule) -> dict[str, Condition]:
    """Return what each metric of a rule must be."""
    condition = rule.condition or _WHOLE
    if rule.kind == "ColumnExists":
        return {}
    if rule.kind == "IsComplete":
        return {"Completeness": _WHOLE}
    if rule.kind == "IsUnique":
        return {"Uniqueness": _WHOLE}
    if rule.kind == "IsPrimaryKey":
        return {"Completeness": _WHOLE, "Uniqueness": _WHOLE}
    if rule.kind in {"ColumnValues", "ColumnLength"}:
        behind = "Length" if rule.kind == "ColumnLength" else ""
        share = "LengthCompliance" if behind else "ColumnValues.Compliance"
        ends = {f"{name}{behind}": condition for name in _extremes(condition)}
        return ends or {share: _WHOLE}
    return {rule.kind: condition}


def _is_met(value: float | None, condition: Condition) -> bool:
    return value is not None and condition.holds(value)


def _reason(value: float | None) -> str:
    if value is None:
        return "Empty state: all input values were NULL."
    return f"Value: {value} does not meet the constraint requirement!"


def _metric(rule: Rule, name: str) -> str:
    if not rule.columns:
        return f"Dataset.*.{name}"
    return f"{'Column' if len(rule.columns) == 1 else 'Multicolumn'}.{','.join(rule.columns)}.{name}"
