"""`preactions` and `postactions`: SQL that a database runs before and after a write.

Source: "Redshift connections" in the Glue developer guide.
"""

from collections.abc import Sequence
from typing import Any

from pyspark.sql import SparkSession


def statements(text: object, table: str) -> list[str]:
    """Return the statements between the semicolons; `%s` in them stands for the table."""
    parts = (part.strip() for part in str(text or "").split(";"))
    return [part.replace("%s", table) for part in parts if part]


def execute(spark: SparkSession, options: dict[str, str], commands: Sequence[str]) -> None:
    """Run statements one after the other in one connection, which is told what `jdbc_options` returns."""
    if not commands:
        return
    jvm: Any = spark.sparkContext._jvm
    jvm.org.apache.spark.sql.execution.datasources.jdbc.DriverRegistry.register(options["driver"])
    properties = jvm.java.util.Properties()
    for name in ("user", "password"):
        if name in options:
            properties.setProperty(name, options[name])

    connection = jvm.java.sql.DriverManager.getConnection(options["url"], properties)
    try:
        statement = connection.createStatement()
        for command in commands:
            statement.execute(command)
    finally:
        connection.close()
