"""Crawler definitions: what Glue fills in.

Source: CreateCrawler in the Glue API reference.
"""

import json

from local_service.errors import EntityNotFoundException, InvalidInputException
from local_service.model import Json, project, shape
from local_service.store import Documents

KIND = "crawler"
_TARGETS = (
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
)


def find_crawler(documents: Documents, name: str) -> Json:
    """Give a crawler, or raise EntityNotFoundException."""
    crawler = documents.get(KIND, name)
    if crawler is None:
        raise EntityNotFoundException(f"Crawler entry with name {name} does not exist")
    return crawler


def define_crawler(params: Json) -> Json:
    """Check a definition and complete it with Glue's defaults."""
    targets = params["Targets"]
    if not any(targets.get(kind) for kind in _TARGETS):
        raise InvalidInputException("At least one crawler target must be specified.")
    for target in targets.get("S3Targets", []):
        if not target.get("Path", "").startswith("s3://"):
            raise InvalidInputException(
                f"The path of an S3 target must be s3://…, found {target.get('Path')}."
            )
    crawler = {
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        **params,
    }
    crawler["Targets"] = {kind: targets.get(kind, []) for kind in _TARGETS}
    crawler["Targets"]["S3Targets"] = [
        {"Exclusions": [], **target} for target in targets.get("S3Targets", [])
    ]
    crawler["SchemaChangePolicy"] = {
        "UpdateBehavior": "UPDATE_IN_DATABASE",
        "DeleteBehavior": "DEPRECATE_IN_DATABASE",
        **params.get("SchemaChangePolicy", {}),
    }
    if isinstance(params.get("Schedule"), str):
        crawler["Schedule"] = {"ScheduleExpression": params["Schedule"], "State": "SCHEDULED"}
    table_level(crawler)
    return crawler


def table_level(crawler: Json) -> int | None:
    """Read `Grouping.TableLevelConfiguration`: how deep below the bucket (level 1) a table is."""
    try:
        configuration = json.loads(crawler.get("Configuration") or "{}")
        level = configuration.get("Grouping", {}).get("TableLevelConfiguration")
        return None if level is None else int(level)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInputException(f"Configuration is not the JSON of a crawler: {error}") from error


def shown(crawler: Json, now: float) -> Json:
    """Give what GetCrawler answers."""
    output = project(crawler, shape("Crawler"))
    if crawler["State"] != "READY":
        output["CrawlElapsedTime"] = int((now - crawler["StartedOn"]) * 1000)
    return output
