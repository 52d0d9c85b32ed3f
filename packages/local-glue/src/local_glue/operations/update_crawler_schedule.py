"""UpdateCrawlerSchedule: change when a crawler runs by itself."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def update_crawler_schedule(context: RequestContext, params: Json) -> Json:
    """Replace the schedule; without one, the crawler runs on demand only."""
    crawler = crawlers.find_crawler(context.documents, params["CrawlerName"])
    crawlers.set_schedule(crawler, params.get("Schedule", ""))
    context.documents.put(crawlers.KIND, crawler["Name"], crawler)
    return {}
