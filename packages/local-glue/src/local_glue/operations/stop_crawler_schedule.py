"""StopCrawlerSchedule: keep a crawler from running by its schedule."""

from local_glue.api.errors import SchedulerNotRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def stop_crawler_schedule(context: RequestContext, params: Json) -> Json:
    """Mark the schedule as NOT_SCHEDULED; a crawl under way goes on.

    Raises:
        SchedulerNotRunningException: it is not scheduled.
    """
    crawler = crawlers.find_crawler(context.documents, params["CrawlerName"])
    if crawler.get("Schedule", {}).get("State") != "SCHEDULED":
        raise SchedulerNotRunningException(f"Crawler with name {crawler['Name']} is not scheduled")
    crawler["Schedule"]["State"] = "NOT_SCHEDULED"
    context.documents.put(crawlers.KIND, crawler["Name"], crawler)
    return {}
