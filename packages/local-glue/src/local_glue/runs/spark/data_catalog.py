"""Spark SQL's databases and tables are those of the Data Catalog, if the job or its script asks for that.

A job asks by `--enable-glue-datacatalog`, a script by naming Glue's client factory in its own SparkConf (or
the job in `--conf`) and enabling Hive support.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from local_glue.aws.clients import Credentials, client
from local_glue.metastore.server import Metastore
from local_glue.runs.context import StagedRun
from local_glue.runs.spark.installation import Installation

_OPTION = "--enable-glue-datacatalog"
_FACTORY = "hive.metastore.client.factory.class"
# Glue's own client in Hive's place; where it is, it asks the Glue API itself.
_GLUES_CLIENT = "aws-glue-datacatalog-*.jar"
_FOLDERS = ("hive.exec.scratchdir", "hive.exec.local.scratchdir", "hive.downloaded.resources.dir")


def uses_data_catalog(arguments: Mapping[str, str]) -> bool:
    """Return whether a run asks for it: the key alone is enough, as in older jobs."""
    return arguments.get(_OPTION, "false").lower() != "false"


def names_client_factory(script: Path, arguments: Mapping[str, str]) -> bool:
    """Return whether a script, or `--conf`, may switch it on by the factory of Glue's own client."""
    return _FACTORY in arguments.get("--conf", "") or _FACTORY.encode() in script.read_bytes()


def data_catalog_properties(staged: StagedRun, installation: Installation) -> dict[str, str]:
    """Return Spark's settings for it; the metastore that they name asks with the role of the run."""
    settings, env, arguments = staged.settings, staged.env, staged.context.run.arguments
    is_switched_on = uses_data_catalog(arguments)
    if not is_switched_on and not names_client_factory(staged.script, arguments):
        return {}

    # Without the option, it is the script that enables Hive support.
    properties = {"spark.sql.catalogImplementation": "hive"} if is_switched_on else {}
    if installation.holds(_GLUES_CLIENT):
        return {**properties, "spark.hadoop.aws.glue.endpoint": settings.job_endpoint_url}

    credentials = Credentials(
        env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN")
    )
    endpoint = replace(settings, emulator_url=settings.job_endpoint_url)
    glue, s3 = (client(endpoint, service, env["AWS_REGION"], credentials) for service in ("glue", "s3"))
    metastore = Metastore(glue, s3, staged.context.folder.refuse)
    staged.context.opened.callback(metastore.close)
    scratch = str(staged.context.folder.make("tmp") / "hive")

    return {
        **properties,
        "spark.hadoop.hive.metastore.uris": metastore.url,
        **{f"spark.hadoop.{name}": scratch for name in _FOLDERS},
    }
