"""DeleteCrawler: remove a crawler definition."""

from local_glue.api.errors import CrawlerRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.api.tags import put_tags
from local_glue.crawlers import definitions as crawlers


def delete_crawler(call: Call, params: Json) -> Json:
    """Remove the crawler and its history, unless it runs; the tables it made stay."""
    name = params["Name"]
    if crawlers.find_crawler(call.documents, name)["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} is currently running")
    call.documents.delete(crawlers.KIND, name)
    call.documents.delete_children(crawlers.CRAWL, name)
    put_tags(call.documents, f"crawler/{name}", {})
    return {}
