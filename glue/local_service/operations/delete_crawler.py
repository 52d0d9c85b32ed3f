"""DeleteCrawler: remove a crawler definition."""

from local_service import crawlers
from local_service.call import Call
from local_service.errors import CrawlerRunningException
from local_service.model import Json
from local_service.tags import put_tags


def delete_crawler(call: Call, params: Json) -> Json:
    """Remove the crawler and its history, unless it runs; the tables it made stay."""
    name = params["Name"]
    if crawlers.find_crawler(call.documents, name)["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} is currently running")
    call.documents.delete(crawlers.KIND, name)
    call.documents.delete_children(crawlers.CRAWL, name)
    put_tags(call.documents, f"crawler/{name}", {})
    return {}
