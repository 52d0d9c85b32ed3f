"""Databases over JDBC: what a script or a connection of the Data Catalog says of them, as Spark's options."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from pyspark.sql import SparkSession

from local_glue.dynamicframe.refusals import unsupported

if TYPE_CHECKING:
    from local_glue.dynamicframe.catalog import Catalog

VENDORS = ("mysql", "postgresql", "sqlserver", "oracle", "redshift", "custom.jdbc", "marketplace.jdbc")
_DRIVERS = {
    "mysql": ("com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j"),
    "postgresql": ("org.postgresql.Driver", "org.postgresql:postgresql"),
    "sqlserver": ("com.microsoft.sqlserver.jdbc.SQLServerDriver", "com.microsoft.sqlserver:mssql-jdbc"),
    "oracle": ("oracle.jdbc.OracleDriver", "com.oracle.database.jdbc:ojdbc11"),
    "redshift": ("com.amazon.redshift.jdbc42.Driver", "com.amazon.redshift:redshift-jdbc42"),
}


def jdbc_options(
    spark: SparkSession, vendor: str, options: dict[str, Any], catalog: "Catalog"
) -> dict[str, str]:
    """Return Spark's options for a database that a script names.

    Raises:
        ValueError: the options name no database.
        NotImplementedError: the driver of the database is not here.
    """
    if "connectionName" in options:
        known = connection_properties(catalog, options["connectionName"])
        options = {"url": known["fullUrl"], "user": known["user"], "password": known["password"], **options}
    if not options.get("url"):
        raise ValueError(
            'Expected connection_options with "url", "dbtable", "user" and "password", or with '
            f'"useConnectionProperties" and "connectionName", found {sorted(options)}.'
        )
    given = {
        name: str(options[name]) for name in ("url", "user", "password") if options.get(name) is not None
    }
    return {**given, "driver": _driver(spark, vendor, options)}


def connection_properties(catalog: "Catalog", name: str) -> dict[str, str]:
    """Return what `extract_jdbc_conf` gives: vendor, user, password, url without and with the database."""
    connection = catalog.glue.get_connection(Name=name)["Connection"]
    properties = connection.get("ConnectionProperties", {})
    url = properties["JDBC_CONNECTION_URL"]
    user, password = properties.get("USERNAME", ""), properties.get("PASSWORD", "")
    if not user and "SECRET_ID" in properties:
        secrets = boto3.client("secretsmanager")
        secret = json.loads(secrets.get_secret_value(SecretId=properties["SECRET_ID"])["SecretString"])
        user, password = secret["username"], secret["password"]

    vendor = url.removeprefix("jdbc:").partition(":")[0]
    return {
        "vendor": vendor,
        "user": user,
        "password": password,
        "url": _without_database(url),
        "fullUrl": url,
    }


def with_database(url: str, database: str | None) -> str:
    """Return a connection's URL with another database in it."""
    return f"{_without_database(url)}/{database}" if database else url


def _without_database(url: str) -> str:
    scheme, slashes, rest = url.partition("//")
    return f"{scheme}{slashes}{rest.partition('/')[0]}" if slashes else url


def _driver(spark: SparkSession, vendor: str, options: dict[str, Any]) -> str:
    """Return the class of the driver, loaded from S3 where the script says so."""
    known, artifact = _DRIVERS.get(vendor, ("", "the driver"))
    name = str(options.get("customJdbcDriverClassName") or options.get("className") or known)
    if options.get("customJdbcDriverS3Path"):
        spark.sql(f"ADD JAR '{_download(options['customJdbcDriverS3Path'])}'")
    jvm: Any = spark.sparkContext._jvm
    try:
        jvm.org.apache.spark.util.Utils.classForName(name, True, True)
    except Exception as error:
        raise unsupported(
            f"The JDBC driver {name!r} for {vendor} is not here: put the jar of {artifact} into S3 and name "
            'it as customJdbcDriverS3Path with "customJdbcDriverClassName", or in --extra-jars of the job.'
        ) from error
    return name


def _download(location: str) -> Path:
    bucket, _, key = location.partition("://")[2].partition("/")
    target = Path(tempfile.mkdtemp(prefix="jdbc-driver-")) / key.rpartition("/")[2]
    boto3.client("s3").download_file(bucket, key, str(target))
    return target
