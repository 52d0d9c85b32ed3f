"""GetCrawlerMetrics: tell how long crawls took and what they changed."""

from statistics import median

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def get_crawler_metrics(context: RequestContext, params: Json) -> Json:
    """Return the metrics of the crawlers named, or of all."""
    wanted = params.get("CrawlerNameList")
    found = [
        crawler for crawler in crawlers.by_name(context.documents) if not wanted or crawler["Name"] in wanted
    ]
    chosen, more = page(found, params, lambda crawler: crawler["Name"])
    output: Json = {"CrawlerMetricsList": [_metrics(crawler) for crawler in chosen]}
    return output | more


def _metrics(crawler: Json) -> Json:
    runtimes = crawler.get("Runtimes", [])
    changes = crawler.get("Changes", {})
    return {
        "CrawlerName": crawler["Name"],
        "TimeLeftSeconds": 0.0,
        "StillEstimating": crawler["State"] == "RUNNING",
        "LastRuntimeSeconds": float(runtimes[-1]) if runtimes else 0.0,
        "MedianRuntimeSeconds": float(median(runtimes)) if runtimes else 0.0,
        "TablesCreated": changes.get("created", 0),
        "TablesUpdated": changes.get("updated", 0),
        "TablesDeleted": changes.get("deleted", 0),
    }
