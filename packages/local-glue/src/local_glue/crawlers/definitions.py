"""Crawler definitions, what Glue fills in, and the history of their crawls.

Source: CreateCrawler and ListCrawls in the Glue API reference.
"""

import re
import uuid

from local_glue.api.errors import CrawlerRunningException, EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.crawlers.configuration import read_configuration
from local_glue.crawlers.schedule import parse_schedule
from local_glue.store import Documents

KIND = "crawler"
CRAWL = "crawl"
LOG_GROUP = "/aws-glue/crawlers"
_KEPT_CRAWLS = 1000
# The same end has one name in LastCrawl and another in the history.
_CRAWL_STATES = {"SUCCEEDED": "COMPLETED", "FAILED": "FAILED", "CANCELLED": "STOPPED"}
_S3_PATH = re.compile("s3[an]?://[^/]")
_LARGEST_SAMPLE = 249
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
    """Return a crawler.

    Raises:
        EntityNotFoundException: there is no such crawler.
    """
    crawler = documents.get(KIND, name)
    if crawler is None:
        raise EntityNotFoundException(f"Crawler entry with name {name} does not exist")
    return crawler


def by_name(documents: Documents) -> list[Json]:
    """Return all crawlers, by name."""
    return sorted(documents.all(KIND), key=lambda crawler: str(crawler["Name"]))


def define_crawler(params: Json) -> Json:
    """Check a definition and complete it with Glue's defaults.

    Raises:
        InvalidInputException: a member, or what it names, can't be used.
    """
    targets = params["Targets"]
    if not any(targets.get(kind) for kind in _TARGETS):
        raise InvalidInputException("At least one crawler target must be specified.")

    for target in targets.get("S3Targets", []):
        _check_s3_target(target)

    if not all(target.get("Path") for target in targets.get("DynamoDBTargets", [])):
        raise InvalidInputException("The Path of a DynamoDB target must be the name of a table.")

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
        set_schedule(crawler, params["Schedule"])
    if params.get("Classifiers"):
        raise InvalidInputException(
            f"The local Glue service has no custom classifiers, found {', '.join(params['Classifiers'])}."
        )

    _check_catalog_targets(crawler)
    _check_recrawl(crawler)
    read_configuration(crawler.get("Configuration"))
    return crawler


def set_schedule(crawler: Json, expression: str) -> None:
    """Return a crawler a schedule that is under way; an empty expression takes it away."""
    crawler.pop("Schedule", None)
    if expression:
        parse_schedule(expression)
        crawler["Schedule"] = {"ScheduleExpression": expression, "State": "SCHEDULED"}


def _check_s3_target(target: Json) -> None:
    if not _S3_PATH.match(target.get("Path", "")):
        raise InvalidInputException(f"The path of an S3 target must be s3://…, found {target.get('Path')}.")
    size = target.get("SampleSize")
    if size is not None and not 1 <= size <= _LARGEST_SAMPLE:
        raise InvalidInputException(
            f"The SampleSize of an S3 target must be between 1 and {_LARGEST_SAMPLE}, found {size}."
        )


def _check_catalog_targets(crawler: Json) -> None:
    if not crawler["Targets"]["CatalogTargets"]:
        return
    others = [kind for kind, found in crawler["Targets"].items() if found and kind != "CatalogTargets"]
    if others:
        raise InvalidInputException(f"Catalog targets can't be mixed with others, found {', '.join(others)}.")
    if crawler["SchemaChangePolicy"]["DeleteBehavior"] != "LOG":
        raise InvalidInputException(
            "The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value."
        )


def _check_recrawl(crawler: Json) -> None:
    behavior = crawler["RecrawlPolicy"].get("RecrawlBehavior", "CRAWL_EVERYTHING")
    if behavior == "CRAWL_EVENT_MODE":
        raise InvalidInputException(
            "RecrawlBehavior CRAWL_EVENT_MODE is not built into the local Glue service: "
            "use CRAWL_EVERYTHING or CRAWL_NEW_FOLDERS_ONLY."
        )
    policy = crawler["SchemaChangePolicy"]
    if behavior == "CRAWL_NEW_FOLDERS_ONLY" and set(policy.values()) != {"LOG"}:
        raise InvalidInputException(
            'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only '
            "LOG DeleteBehavior value and LOG UpdateBehavior value."
        )


def begin_crawl(documents: Documents, crawler: Json, now: float) -> Json:
    """Store a crawler as RUNNING, and its crawl in the history; the oldest crawls are forgotten.

    Raises:
        CrawlerRunningException: it runs already.
    """
    name = crawler["Name"]
    if crawler["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} has already started")

    crawl_id = str(uuid.uuid4())
    crawler.update(State="RUNNING", StartedOn=now, CrawlId=crawl_id)
    documents.put(KIND, name, crawler)
    crawl = {
        "CrawlId": crawl_id,
        "State": "RUNNING",
        "StartTime": now,
        "LogGroup": LOG_GROUP,
        "LogStream": name,
        "MessagePrefix": crawl_id,
        "DPUHour": 0.0,
    }
    documents.put(CRAWL, crawl_id, crawl, parent=name)
    for old in documents.all(CRAWL, parent=name)[:-_KEPT_CRAWLS]:
        documents.delete(CRAWL, old["CrawlId"])
    return crawler


def end_crawl(documents: Documents, crawler: Json, last: Json, now: float, **more: object) -> None:
    """Store a crawler as READY with its last crawl, and how that crawl ended in the history."""
    crawl_id = crawler.get("CrawlId", "")
    last = {
        "LogGroup": LOG_GROUP,
        "LogStream": crawler["Name"],
        "MessagePrefix": crawl_id,
        "StartTime": crawler["StartedOn"],
        **last,
    }
    summary = more.pop("Summary", None)
    crawler.update(State="READY", LastCrawl=last, CrawlElapsedTime=0, **more)
    documents.put(KIND, crawler["Name"], crawler)
    crawl = documents.get(CRAWL, crawl_id)
    if crawl:
        crawl.update(State=_CRAWL_STATES[last["Status"]], EndTime=now)
        crawl.update({"Summary": summary} if summary else {})
        crawl.update({"ErrorMessage": last["ErrorMessage"]} if "ErrorMessage" in last else {})
        documents.put(CRAWL, crawl_id, crawl, parent=crawler["Name"])


def to_response(crawler: Json, now: float) -> Json:
    """Return what GetCrawler answers."""
    output = pick_members(crawler, shape("Crawler"))
    # AWS takes an ARN and answers what follows `role/` in it.
    output["Role"] = re.sub(r"^arn:[^/]*:role/", "", crawler["Role"])
    if crawler["State"] != "READY":
        output["CrawlElapsedTime"] = int((now - crawler["StartedOn"]) * 1000)
    return output
