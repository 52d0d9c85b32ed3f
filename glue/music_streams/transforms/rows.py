"""What the transforms share: staged columns, reasons, exact arithmetic, and a contract as a final select."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from music_streams import contracts
from music_streams.contracts import Column, InputFile

SPARK_TYPES = {
    contracts.STRING: "string",
    contracts.INT: "bigint",
    contracts.DECIMAL6: "decimal(24,6)",
    contracts.BOOL: "boolean",
    contracts.TIMESTAMP: "timestamp",
}
ORIGIN = ("source_key", "file_id", "row_number")
"""Where a staged row was delivered."""
_VISIBLE = "BETWEEN '!' AND '~'"
_VISIBLE_BYTE = "BETWEEN X'21' AND X'7E'"
"""ASCII's visible characters: of a text, which compares by its bytes, and of a byte."""


def spark_type(column: Column) -> str:
    """The Spark SQL type of a contract's column."""
    if column.type != contracts.LIST:
        return SPARK_TYPES[column.type]
    fields = ", ".join(f"{field.name}: {spark_type(field)}" for field in column.fields)
    return f"array<struct<{fields}>>"


def conform(rows: DataFrame, columns: "tuple[Column, ...]") -> DataFrame:
    """Exactly the contract's columns, in its order and types."""
    return rows.selectExpr(
        *[f"CAST({column.name} AS {spark_type(column)}) AS {column.name}" for column in columns]
    )


def schema_of(columns: "tuple[Column, ...]") -> str:
    """The contract as a Spark schema."""
    return ", ".join(f"`{column.name}` {spark_type(column)}" for column in columns)


def staged_schema(contract: InputFile) -> str:
    """The staged copies of one kind of file: strings as delivered, and where they come from."""
    strings = ["source_key", "file_id", "delivered_at", *contract.columns, "problem", "raw"]
    return ", ".join(["row_number bigint", *(f"`{name}` string" for name in strings)])


def no_rows(spark: SparkSession, schema: str) -> DataFrame:
    """None of this schema. Spark's own way to make rows of Python's imports all of pandas first."""
    return spark.range(0, 0, 1, 1).select(F.from_json(F.lit("{}"), schema).alias("row")).select("row.*")


def text(value: str) -> str:
    """The value as a literal of SQL."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def trimmed_text(name: str) -> str:
    """SQL for the column's text without the blanks at its edges, as the contracts say.

    Hardly a value has some, and to look for so many kinds of them is a good part of the whole job's work: a
    text that begins and ends with a visible ASCII character is taken as it is.
    """
    last_byte = f"substring(CAST({name} AS BINARY), -1)"  # the last character takes a count of all
    is_trimmed = f"{name} {_VISIBLE} AND {last_byte} {_VISIBLE_BYTE}"
    return f"IF({is_trimmed}, {name}, btrim({name}, {text(contracts.BLANKS)}))"


def tidied(staged: DataFrame, contract: InputFile, *names: str) -> DataFrame:
    """The staged rows with these columns trimmed, and `delivered`: all columns of the contract as they came.

    A step of its own, so that what several checks look at is trimmed once.
    """
    kept = [name for name in staged.columns if name not in names]
    trimmed = [f"{trimmed_text(name)} AS {name}" for name in names]
    return staged.selectExpr(*kept, *trimmed, f"struct({', '.join(contract.columns)}) AS delivered")


def checked(tidy: DataFrame, reason: str, *columns: str) -> DataFrame:
    """The rows with their `reason`, where it is null these columns, else what was `delivered`.

    Args:
        tidy: staged rows, tidied.
        reason: SQL for the reason why a row is refused, null for a good row.
        columns: SQL for each column of a good row.
    """
    delivered = "IF(reason IS NULL, NULL, delivered) AS delivered"
    return tidy.selectExpr("*", f"{reason} AS reason").selectExpr(
        *ORIGIN, "reason", *columns, delivered, "raw"
    )


def is_blank(name: str) -> str:
    """SQL for: the trimmed column is absent or empty."""
    return f"({name} IS NULL OR {name} = '')"


def too_long(*names: str) -> "list[tuple[str, str]]":
    """Checks for trimmed values that no KPI table could hold."""
    return [(f"octet_length({name}) > {contracts.MAX_BYTES[name]}", f"too_long_{name}") for name in names]


def first_reason(*checks: "tuple[str, str]") -> str:
    """SQL for: the problem the file check saw, else the reason of the first check that is true, else null.

    Args:
        checks: SQL that is true of a bad row, and the reason. As text, they reach Spark in one call: a column
            put together from functions takes ten calls for each of them, a second in all.
    """
    reasons = (f"WHEN {is_bad} THEN {text(reason)}" for is_bad, reason in checks)
    return f"CASE WHEN problem IS NOT NULL THEN problem {' '.join(reasons)} END"


def rejected_rows(checked: DataFrame, contract: InputFile) -> DataFrame:
    """The rejected rows as they were delivered, with the reason."""
    delivered = [f"delivered.{name}" for name in contract.columns]
    return checked.where("reason IS NOT NULL").select(*ORIGIN, "reason", *delivered, "raw")


def average_seconds(total_ms: str, users: str) -> SparkColumn:
    """`total_ms / users / 1000` with six decimals, half to even.

    Computed in whole millionths, so nothing is rounded before the one rounding that is asked for.
    """
    quotient, rest = f"({total_ms} * 1000 div {users})", f"({total_ms} * 1000 % {users})"
    goes_up = f"(2 * {rest} > {users} OR (2 * {rest} = {users} AND {quotient} % 2 = 1))"
    millionths = f"({quotient} + IF({goes_up}, 1, 0))"
    return F.expr(f"CAST(CAST({millionths} AS DECIMAL(18,0)) * 0.000001BD AS DECIMAL(24,6))")
