"""StartCrawlerSchedule: let a crawler run by its schedule again."""

from local_glue.api.errors import NoScheduleException, SchedulerRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def start_crawler_schedule(context: RequestContext, params: Json) -> Json:
    """Mark the schedule as SCHEDULED.

    Raises:
        NoScheduleException: the crawler has none.
        SchedulerRunningException: it is scheduled already.
    """
    crawler = crawlers.find_crawler(context.documents, params["CrawlerName"])
    if "Schedule" not in crawler:
        raise NoScheduleException(f"Crawler with name {crawler['Name']} has no schedule")
    if crawler["Schedule"]["State"] == "SCHEDULED":
        raise SchedulerRunningException(f"Crawler with name {crawler['Name']} is already scheduled")
    crawler["Schedule"]["State"] = "SCHEDULED"
    context.documents.put(crawlers.KIND, crawler["Name"], crawler)
    return {}
