"""ListCrawls: give the history of a crawler, in pages."""

import operator
from collections.abc import Callable
from typing import Any

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
    "EQ": operator.eq,
    "NE": operator.ne,
}
_MEMBERS = {
    "CRAWL_ID": "CrawlId",
    "STATE": "State",
    "START_TIME": "StartTime",
    "END_TIME": "EndTime",
    "DPU_HOUR": "DPUHour",
}


def list_crawls(context: RequestContext, params: Json) -> Json:
    """Return the crawls that pass all filters, newest first."""
    name = crawlers.find_crawler(context.documents, params["CrawlerName"])["Name"]
    crawls = context.documents.all(crawlers.CRAWL, parent=name)[::-1]
    for one in params.get("Filters", []):
        crawls = [crawl for crawl in crawls if _passes(crawl, one)]
    found, more = page(crawls, params, lambda crawl: crawl["CrawlId"], default=20, most=100)
    return {"Crawls": found} | more


def _passes(crawl: Json, one: Json) -> bool:
    if not {"FieldName", "FilterOperator", "FieldValue"} <= one.keys():
        raise InvalidInputException("A filter needs FieldName, FilterOperator and FieldValue.")
    field, wanted = one["FieldName"], one["FieldValue"]
    is_text = field in ("CRAWL_ID", "STATE")
    if is_text and one["FilterOperator"] not in ("EQ", "NE"):
        raise InvalidInputException(f"{field} can be filtered by EQ and NE only.")
    value = crawl.get(_MEMBERS[field])
    return value is not None and _COMPARE[one["FilterOperator"]](
        value, wanted if is_text else _number(field, wanted)
    )


def _number(field: str, text: str) -> float:
    """Read a filter's number; times come as milliseconds since 1970."""
    try:
        return float(text) / (1000 if field.endswith("_TIME") else 1)
    except ValueError as error:
        raise InvalidInputException(f"{field} must be compared with a number, found {text!r}.") from error
