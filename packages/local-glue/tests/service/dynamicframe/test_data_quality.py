"""Data quality in jobs: rulesets over frames, as Glue Studio's nodes and AWS's tutorial evaluate them."""

from __future__ import annotations

from glue_service.glue_scripts import HEAD, Case, ScriptRunner

STUDIO = Case(
    "Glue Studio's default ruleset before a sink",
    HEAD
    + '''
from awsgluedq.transforms import EvaluateDataQuality

DEFAULT_DATA_QUALITY_RULESET = """
    Rules = [
        ColumnCount > 0
    ]
"""
AmazonS3_node1 = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://quality/landing/"]}, "json", transformation_ctx="AmazonS3_node1"
)
EvaluateDataQuality().process_rows(frame=AmazonS3_node1, ruleset=DEFAULT_DATA_QUALITY_RULESET, \
publishing_options={"dataQualityEvaluationContext": "EvaluateDataQuality_node1", \
"enableDataQualityResultsPublishing": True}, \
additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"})
glueContext.write_dynamic_frame.from_options(
    frame=AmazonS3_node1,
    connection_type="s3",
    connection_options={"path": "s3://quality/trusted/"},
    format="json",
)
job.commit()
''',
    files={"s3://quality/landing/a.json": '{"id": 1, "name": "Ann"}\n'},
    writes={"s3://quality/trusted/": [{"id": 1, "name": "Ann"}]},
)
# After the printed results of "Data Quality for ETL jobs in AWS Glue Studio notebooks".
TUTORIAL = Case(
    "the rows and the rules of AWS's tutorial",
    HEAD
    + '''
from awsgluedq.transforms import EvaluateDataQuality

columns = ["Provider Id", " Total Discharges "]
medicare = spark.createDataFrame([(10005, 14), (10046, 19), (30010, 12)], columns)
ruleset = """
    Rules = [
        ColumnExists "Provider Id",
        IsComplete "Provider Id",
        ColumnValues  " Total Discharges " > 15
    ]
"""
outcomes = EvaluateDataQuality().process_rows(
    frame=DynamicFrame.fromDF(medicare, glueContext, "medicare"),
    ruleset=ruleset,
    publishing_options={"dataQualityEvaluationContext": "EvaluateDataQualityMultiframe"},
    additional_options={"performanceTuning.caching": "CACHE_NOTHING"},
)
ruleOutcomes = SelectFromCollection.apply(dfc=outcomes, key="ruleOutcomes", transformation_ctx="ruleOutcomes")
ruleOutcomes.toDF().drop("EvaluatedRule").show(truncate=False)
rows = SelectFromCollection.apply(dfc=outcomes, key="rowLevelOutcomes", transformation_ctx="rows").toDF()
rows.drop("Provider Id").show(truncate=False)
''',
    prints="""\
+--------------------------------------+-------+-----------------------------------------------------+-------------------------------------------+
|Rule                                  |Outcome|FailureReason                                        |EvaluatedMetrics                           |
+--------------------------------------+-------+-----------------------------------------------------+-------------------------------------------+
|ColumnExists "Provider Id"            |Passed |NULL                                                 |{}                                         |
|IsComplete "Provider Id"              |Passed |NULL                                                 |{Column.Provider Id.Completeness -> 1.0}   |
|ColumnValues " Total Discharges " > 15|Failed |Value: 12.0 does not meet the constraint requirement!|{Column. Total Discharges .Minimum -> 12.0}|
+--------------------------------------+-------+-----------------------------------------------------+-------------------------------------------+

+------------------+------------------------------------------------------------------+----------------------------------------+----------------------------+---------------------------+
| Total Discharges |DataQualityRulesPass                                              |DataQualityRulesFail                    |DataQualityRulesSkip        |DataQualityEvaluationResult|
+------------------+------------------------------------------------------------------+----------------------------------------+----------------------------+---------------------------+
|14                |[IsComplete "Provider Id"]                                        |[ColumnValues " Total Discharges " > 15]|[ColumnExists "Provider Id"]|Failed                     |
|19                |[IsComplete "Provider Id", ColumnValues " Total Discharges " > 15]|[]                                      |[ColumnExists "Provider Id"]|Passed                     |
|12                |[IsComplete "Provider Id"]                                        |[ColumnValues " Total Discharges " > 15]|[ColumnExists "Provider Id"]|Failed                     |
+------------------+------------------------------------------------------------------+----------------------------------------+----------------------------+---------------------------+

""",  # noqa: E501 - as Spark prints it
)
EACH_KIND = Case(
    "each kind of rule, met and not met",
    HEAD
    + '''
from awsgluedq.transforms import EvaluateDataQuality

rows = [(1, "ann", "DE", 2.0), (2, "bob", "FR", 4.0), (3, "bob", None, 6.0), (4, "", "XX", 8.0)]
frame = DynamicFrame.fromDF(spark.createDataFrame(rows, ["id", "name", "land", "price"]), glueContext, "f")
ruleset = """Rules = [
    ColumnCount = 3, RowCount between 3 and 5, ColumnExists "ID", ColumnExists "nothing",
    Completeness "land" >= 0.8, IsUnique "id", IsUnique "name", Uniqueness "name" > 0.4,
    UniqueValueRatio "name" = 1, IsPrimaryKey "id" "name", IsPrimaryKey "land",
    DistinctValuesCount "name" = 3, ColumnValues "land" in ["DE", "FR"],
    ColumnValues "name" matches "[a-z]+", ColumnValues "id" between 0 and 5,
    ColumnLength "name" <= 3, Mean "price" > 4.5, Sum "price" = 20, StandardDeviation "price" < 2,
    (IsUnique "name") or (RowCount > 1), (IsUnique "id") and (Sum "nothing" > 1)
]"""
for row in EvaluateDataQuality.apply(frame=frame, ruleset=ruleset).toDF().collect():
    print(row.Rule, "|", row.Outcome, "|", row.FailureReason, "|", dict(sorted(row.EvaluatedMetrics.items())))
''',
    prints="""\
ColumnCount = 3 | Failed | Dataset has 4.0 columns and failed to satisfy constraint | \
{'Dataset.*.ColumnCount': 4.0}
RowCount between 3 and 5 | Passed | None | {'Dataset.*.RowCount': 4.0}
ColumnExists "ID" | Passed | None | {}
ColumnExists "nothing" | Failed | Input data does not include column nothing! | {}
Completeness "land" >= 0.8 | Failed | Value: 0.75 does not meet the constraint requirement! | \
{'Column.land.Completeness': 0.75}
IsUnique "id" | Passed | None | {'Column.id.Uniqueness': 1.0}
IsUnique "name" | Failed | Value: 0.5 does not meet the constraint requirement! | \
{'Column.name.Uniqueness': 0.5}
Uniqueness "name" > 0.4 | Passed | None | {'Column.name.Uniqueness': 0.5}
UniqueValueRatio "name" = 1 | Failed | Value: 0.6666666666666666 does not meet the constraint requirement! | \
{'Column.name.UniqueValueRatio': 0.6666666666666666}
IsPrimaryKey "id" "name" | Passed | None | \
{'Multicolumn.id,name.Completeness': 1.0, 'Multicolumn.id,name.Uniqueness': 1.0}
IsPrimaryKey "land" | Failed | Value: 0.75 does not meet the constraint requirement! | \
{'Column.land.Completeness': 0.75, 'Column.land.Uniqueness': 1.0}
DistinctValuesCount "name" = 3 | Passed | None | {'Column.name.DistinctValuesCount': 3.0}
ColumnValues "land" in ["DE", "FR"] | Failed | Value: 0.75 does not meet the constraint requirement! | \
{'Column.land.ColumnValues.Compliance': 0.75}
ColumnValues "name" matches "[a-z]+" | Failed | Value: 0.75 does not meet the constraint requirement! | \
{'Column.name.ColumnValues.Compliance': 0.75}
ColumnValues "id" between 0 and 5 | Passed | None | {'Column.id.Maximum': 4.0, 'Column.id.Minimum': 1.0}
ColumnLength "name" <= 3 | Passed | None | {'Column.name.MaximumLength': 3.0}
Mean "price" > 4.5 | Passed | None | {'Column.price.Mean': 5.0}
Sum "price" = 20 | Passed | None | {'Column.price.Sum': 20.0}
StandardDeviation "price" < 2 | Failed | Value: 2.23606797749979 does not meet the constraint requirement! | \
{'Column.price.StandardDeviation': 2.23606797749979}
(IsUnique "name") or (RowCount > 1) | Passed | None | \
{'Column.name.Uniqueness': 0.5, 'Dataset.*.RowCount': 4.0}
(IsUnique "id") and (Sum "nothing" > 1) | Failed | Input data does not include column nothing! | \
{'Column.id.Uniqueness': 1.0}
""",
)
NOT_HERE = Case(
    "a rule that is not here",
    HEAD
    + """
from awsgluedq.transforms import EvaluateDataQuality

frame = DynamicFrame.fromDF(spark.range(1), glueContext, "f")
try:
    EvaluateDataQuality.apply(frame=frame, ruleset='Rules = [ DataFreshness "id" <= 24 ]')
except NotImplementedError as error:
    print(str(error).partition(" Instead")[0])
try:
    EvaluateDataQuality.apply(frame=frame, ruleset='Rules = [ Mean "id" ]')
except ValueError as error:
    print(error)
""",
    prints="DataFreshness of data quality is not here.\n"
    "Expected Mean with a condition, found 'Mean \"id\"'.\n",
)


def test_studios_default_ruleset_before_a_sink(scripts: ScriptRunner) -> None:
    scripts.check(STUDIO)


def test_the_results_that_aws_prints(scripts: ScriptRunner) -> None:
    scripts.check(TUTORIAL)


def test_each_kind_of_rule(scripts: ScriptRunner) -> None:
    scripts.check(EACH_KIND)


def test_a_rule_that_is_not_here_is_refused_by_its_name(scripts: ScriptRunner) -> None:
    scripts.check(NOT_HERE)
