"""GetCrawler: give a crawler and its last crawl."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json


def get_crawler(call: Call, params: Json) -> Json:
    """Give definition, state and last crawl."""
    return {"Crawler": crawlers.shown(crawlers.find_crawler(call.documents, params["Name"]), call.now)}
