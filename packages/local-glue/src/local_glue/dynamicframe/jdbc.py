"""Databases over JDBC: what a script or a connection of the Data Catalog says of them, as Spark's options."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from pyspark.sql import SparkSession

from local_glue.dynamicframe.drivers import DRIVERS, is_loaded, load_driver
from local_glue.dynamicframe.refusals import unsupported

if TYPE_CHECKING:
    from local_glue.dynamicframe.catalog import Catalog

VENDORS = ("mysql", "postgresql", "sqlserver", "oracle", "redshift", "custom.jdbc", "marketplace.jdbc")


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
    name = str(
        options.get("customJdbcDriverClassName") or options.get("className") or DRIVERS.get(vendor, "")
    )
    if options.get("customJdbcDriverS3Path"):
        spark.sql(f"ADD JAR '{_download(options['customJdbcDriverS3Path'])}'")
    if is_loaded(spark, name):
        return name

    reason = ""
    if name == DRIVERS.get(vendor):
        try:
            load_driver(spark, vendor)
        except RuntimeError as error:
            reason = f" ({error})"
        else:
            return name
    raise unsupported(
        f"The JDBC driver {name!r} for {vendor} is not here{reason}: put its jar into S3 and name it as "
        'customJdbcDriverS3Path with "customJdbcDriverClassName", or in --extra-jars of the job.'
    )


def _download(location: str) -> Path:
    bucket, _, key = location.partition("://")[2].partition("/")
    target = Path(tempfile.mkdtemp(prefix="jdbc-driver-")) / key.rpartition("/")[2]
    boto3.client("s3").download_file(bucket, key, str(target))
    return target
