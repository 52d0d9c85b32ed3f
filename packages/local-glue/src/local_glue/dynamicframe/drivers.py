"""Drivers of databases that Glue has built in: the service fetches them when a script first asks for one.

They come into the JVM that runs, so that a run with a database starts as warm as any other.
"""

import re
import sys
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from pyspark.sql import DataFrameReader, DataFrameWriter, SparkSession

from local_glue.dynamicframe.local_service import LocalService

DRIVERS = {
    "mysql": "com.mysql.cj.jdbc.Driver",
    "oracle": "oracle.jdbc.OracleDriver",
    "postgresql": "org.postgresql.Driver",
    "redshift": "com.amazon.redshift.jdbc42.Driver",
    "sqlserver": "com.microsoft.sqlserver.jdbc.SQLServerDriver",
}
_PATH = "/_glue/jdbc-drivers"
_SECONDS = 600
_URL = re.compile(r"jdbc:(\w+):")


def is_loaded(spark: SparkSession, name: str) -> bool:
    """Return whether Spark finds a class by its name."""
    jvm: Any = spark.sparkContext._jvm
    try:
        jvm.org.apache.spark.util.Utils.classForName(name, True, True)
    except Exception:  # noqa: BLE001 - whatever the JVM says: a class that can't be had is not loaded
        return False
    return True


def load_driver(spark: SparkSession, vendor: str) -> None:
    """Let Spark, and Java's DriverManager, know the driver that Glue has for a kind of database.

    Raises:
        RuntimeError: it can't be fetched.
    """
    name = DRIVERS[vendor]
    if is_loaded(spark, name):
        return
    answer = LocalService(_PATH, seconds=_SECONDS).ask({"Vendor": vendor})
    for line in answer["Said"]:
        print(line, file=sys.stderr)
    for jar in answer["Jars"]:
        spark.sql(f"ADD JAR '{jar}'")
    jvm: Any = spark.sparkContext._jvm
    jvm.org.apache.spark.sql.execution.datasources.jdbc.DriverRegistry.register(name)


def offer_driver(spark: SparkSession, url: object) -> str | None:
    """Load the driver for an address, and return its class; None where Glue has none, or it can't be had."""
    found = _URL.match(str(url))
    if not found or found[1] not in DRIVERS:
        return None
    try:
        load_driver(spark, found[1])
    except RuntimeError as error:
        print(f"local Glue: {error}", file=sys.stderr)  # Spark says what it lacks
        return None
    return DRIVERS[found[1]]


def offer_drivers() -> None:
    """Let Spark's readers and writers of this process have the drivers for their addresses."""
    for owner in (DataFrameReader, DataFrameWriter):
        for method in ("option", "options", "jdbc"):
            setattr(owner, method, _offering(getattr(owner, method)))


def _offering(method: Callable[..., Any]) -> Callable[..., Any]:
    named = signature(method)

    @wraps(method)
    def call(self: Any, *arguments: Any, **options: Any) -> Any:
        given = dict(named.bind(self, *arguments, **options).arguments)
        if method.__name__ == "option":
            given = {given["key"]: given["value"]}
        for name, value in {**given, **given.get("options", {})}.items():
            driver = offer_driver(self._spark, value) if name.lower() == "url" else None
            if driver:  # Spark does not find by itself what came into its JVM later
                self.option("driver", driver)
        return method(self, *arguments, **options)

    return call
