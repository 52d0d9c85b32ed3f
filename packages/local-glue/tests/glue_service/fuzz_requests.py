"""Draws requests for the fuzz: of the model's shapes, about the same few things, and now and then broken."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from glue_service.aws import ROLE
from hypothesis import strategies as st

from local_glue.api import glue_api_model

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
# Few names, so that requests meet what others made.
NAMES = st.sampled_from(["a"] * 60 + ["b"] * 5 + ["A", "a/b", "c" * 255, "☂", "jr_x"])
COLUMN = {"Name": "c", "Type": "int"}
TABLE = {
    "Name": "a",
    "PartitionKeys": [{"Name": "n", "Type": "int"}],
    "StorageDescriptor": {"Columns": [COLUMN], "Location": "s3://a/b"},
}
STATISTICS = {
    "ColumnName": "c",
    "ColumnType": "int",
    "AnalyzedTime": 1.5,
    "StatisticsData": {
        "Type": "LONG",
        "LongColumnStatisticsData": {"NumberOfNulls": 0, "NumberOfDistinctValues": 2},
    },
}
CONNECTION = {"Name": "a", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
FUNCTION = {"FunctionName": "a", "ClassName": "C", "OwnerName": "o", "OwnerType": "USER"}
SHELL = {"Name": "pythonshell", "ScriptLocation": "s3://a/b.py"}
CAPACITY = ("MaxCapacity", "AllocatedCapacity", "WorkerType", "NumberOfWorkers")
# What a member means is often in its text or in how its parts fit, which no drawing by shape would hit.
USUAL: dict[str, list[Any]] = {
    "Role": [ROLE],
    "Command": [SHELL, SHELL, {"Name": "glueetl", "ScriptLocation": "s3://a/b.py"}],
    "JobUpdate": [{"Role": ROLE, "Command": SHELL}],
    "ConnectionInput": [CONNECTION],
    "FunctionInput": [FUNCTION],
    "PartitionIndex": [{"Keys": ["n"], "IndexName": "a"}],
    "Keys": [["n"], ["n"], ["c"]],
    "GlueVersion": ["5.0", "4.0", "5.1"],
    "ExecutionProperty": [{"MaxConcurrentRuns": 3}, {"MaxConcurrentRuns": 1}, {}],
    "Targets": [{"S3Targets": [{"Path": "s3://a/b"}]}, {"S3Targets": [{"Path": "s3://a/"}, {"Path": "a"}]}],
    "Schedule": ["cron(0 1 * * ? *)", "cron(0/5 * ? * MON-FRI *)", "", "cron()"],
    "Configuration": ["{}", '{"Grouping": {"TableLevelConfiguration": 2}}', "[", "[]"],
    "TableInput": [TABLE] * 3,
    "PartitionKeys": [TABLE["PartitionKeys"]],
    "Columns": [[COLUMN], [COLUMN, {"Name": "d", "Type": "array<string>"}]],
    "Values": [["1"], ["1"], ["2"]],
    "PartitionValues": [["1"], ["1"], ["2"]],
    "PartitionValueList": [["1"], ["1"], ["2"]],
    "ColumnName": ["c", "c", "n"],
    "ColumnNames": [["c"], ["c", "n"]],
    "ColumnStatisticsList": [[STATISTICS], [STATISTICS, {**STATISTICS, "ColumnName": "n"}]],
    "Segment": [{"SegmentNumber": 0, "TotalSegments": 2}, {"SegmentNumber": 2, "TotalSegments": 2}],
    "VersionId": ["0", "0", "1", "x"],
    "VersionIds": [["0"], ["0", "1"]],
    "Path": ["s3://a/b", "s3://", "a"],
    "Type": ["string", "int", "date", "timestamp", "decimal(3,1)", "LONG"],
    "SessionId": ["a"],
    "SessionType": ["LIVY", "LIVY", "SPARK_CONNECT"],
    "FieldValue": ["1", "RUNNING"],
    "Key": ["databasename", "name", "a"],
    "FieldName": ["name", "createtime", "STATE", "START_TIME"],
}
# What is made needs a name that nothing has.
FRESH: dict[str, list[Any]] = {
    "Name": ["a", *(f"n{number}" for number in range(20))],
    "TableInput": [{**TABLE, "Name": f"n{number}"} for number in range(20)],
}
EXPRESSIONS = {
    "GetTables": [".*", "a", "(", "a|b"],
    "GetPartitions": ["n = 1", "n IN (1, '2') AND NOT n IS NULL", "n BETWEEN 1 AND 2 OR (n LIKE '%')", "("],
}
PARTITION = {"DatabaseName": "a", "TableName": "a"}
CRAWLED = {"DatabaseName": "a", "Targets": USUAL["Targets"][0]}
# What has to be there before most requests can succeed.
WORLD: list[tuple[str, dict[str, Any]]] = [
    ("CreateDatabase", {"DatabaseInput": {"Name": "a"}}),
    ("CreateTable", {"DatabaseName": "a", "TableInput": TABLE}),
    ("UpdateTable", {"DatabaseName": "a", "TableInput": TABLE}),
    ("CreatePartition", {**PARTITION, "PartitionInput": {"Values": ["1"]}}),
    (
        "UpdateColumnStatisticsForPartition",
        {**PARTITION, "PartitionValues": ["1"], "ColumnStatisticsList": [STATISTICS]},
    ),
    ("UpdateColumnStatisticsForTable", {**PARTITION, "ColumnStatisticsList": [STATISTICS]}),
    (
        "CreateJob",
        {"Name": "a", "Role": ROLE, "Command": SHELL, "ExecutionProperty": {"MaxConcurrentRuns": 3}},
    ),
    ("CreatePartitionIndex", {**PARTITION, "PartitionIndex": USUAL["PartitionIndex"][0]}),
    ("CreateConnection", {"ConnectionInput": CONNECTION}),
    ("CreateUserDefinedFunction", {"DatabaseName": "a", "FunctionInput": FUNCTION}),
    ("StartJobRun", {"JobName": "a"}),
    ("CreateCrawler", {"Name": "a", "Role": ROLE, "Schedule": "cron(0 1 * * ? *)", **CRAWLED}),
    ("StartCrawler", {"Name": "a"}),
    ("CreateSession", {"Id": "a", "Role": ROLE, "Command": {"Name": "glueetl"}}),
]


@dataclass
class Known:
    """What former answers gave that later requests can name."""

    account: str
    run_ids: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def learn(self, operation: str, answer: dict[str, Any]) -> None:
        self.run_ids += [answer["JobRunId"]] if "JobRunId" in answer else []
        if "NextToken" in answer:
            self.tokens[operation] = answer["NextToken"]

    def usual(self, operation: str) -> dict[str, list[Any]]:
        """Give the usual values of members by name, for one operation."""
        arn = f"arn:aws:glue:us-east-1:{self.account}"
        runs = self.run_ids[-3:] or ["jr_x"]
        return USUAL | {
            "CatalogId": [self.account],
            "RunId": runs,
            "JobRunIds": [runs, runs[-1:]],
            "JobRunId": ["jr_" + "0" * 64],
            "ResourceArn": [
                f"{arn}:job/a",
                f"{arn}:database/a",
                f"{arn}:crawler/a",
                f"{arn}:session/a",
                f"{arn}:job/none",
            ],
            "Id": [0, 1] if operation.endswith("Statement") else ["a", "a", "b"],
            **({"Command": [{"Name": "glueetl"}]} if operation == "CreateSession" else {}),
            "NextToken": [self.tokens.get(operation, "e30="), *self.tokens.values()],
            "Expression": EXPRESSIONS.get(operation, ["a"]),
            **(FRESH if operation.startswith("Create") else {}),
        }


def params_of(draw: Any, operation: str, known: Known) -> dict[str, Any]:
    """Draw the input of an operation; one in eight is broken somewhere."""
    usual = known.usual(operation)
    params: dict[str, Any] = _value(draw, glue_api_model.input_shape(operation), usual, 0)
    if draw(st.integers(0, 7)) == 7:
        _break(draw, params)
    return params


def _value(draw: Any, shape: Any, usual: dict[str, list[Any]], depth: int, name: str = "") -> Any:
    """Draw a value of a shape, mostly the usual one of its name."""
    if name in usual and draw(st.integers(0, 9)) < 9:
        return copy.deepcopy(draw(st.sampled_from(usual[name])))
    if shape.type_name == "structure":
        return _structure(draw, shape, usual, depth)
    if shape.type_name == "list":
        size = draw(st.integers(1, 2))
        return [_value(draw, shape.member, usual, depth + 1) for _ in range(size)]
    if shape.type_name == "map":
        return {
            draw(NAMES): _value(draw, shape.value, usual, depth + 1) for _ in range(draw(st.integers(0, 2)))
        }
    if shape.type_name == "string":
        return draw(st.sampled_from(shape.enum) if shape.enum else NAMES)
    if shape.type_name == "boolean":
        return draw(st.booleans())
    least = int(shape.metadata.get("min", 0))
    return draw(st.integers(least, min(least + 5, int(shape.metadata.get("max", 10**6)))))


def _structure(draw: Any, shape: Any, usual: dict[str, list[Any]], depth: int) -> dict[str, Any]:
    """Draw a structure: what is required, and a few of the other members."""
    # A TableInput is not called required, for open-format tables have another input: those are refused here.
    needed = {*shape.required_members, *(("Values", "Name") if depth else ("TableInput",))}
    names = [name for name in shape.members if name in needed]
    # Capacities exclude each other: most jobs leave them out.
    others = [name for name in shape.members if name not in needed and name not in CAPACITY]
    if draw(st.integers(0, 9)) == 9:
        others += [name for name in CAPACITY if name in shape.members]
    if others and depth < 4:
        names += draw(st.lists(st.sampled_from(others), max_size=3, unique=True))
    return {name: _value(draw, shape.members[name], usual, depth + 1, name) for name in names}


def _break(draw: Any, params: dict[str, Any]) -> None:
    """Put any JSON somewhere into the input, or a member that the model doesn't know."""
    spot: Any = params
    while True:
        keys: list[Any] = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
        key = draw(st.sampled_from([*keys, "Unknown"])) if keys else "Unknown"
        if key == "Unknown" and isinstance(spot, list):
            spot.append(draw(ANY_JSON))
            return
        inner = spot[key] if key != "Unknown" else None
        if not isinstance(inner, dict | list) or draw(st.booleans()):
            spot[key] = draw(ANY_JSON)
            return
        spot = inner
