"""UpdateCrawlerSchedule: change when a crawler runs by itself."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json


def update_crawler_schedule(call: Call, params: Json) -> Json:
    """Replace the schedule; without one, the crawler runs on demand only."""
    crawler = crawlers.find_crawler(call.documents, params["CrawlerName"])
    crawlers.set_schedule(crawler, params.get("Schedule", ""))
    call.documents.put(crawlers.KIND, crawler["Name"], crawler)
    return {}
