"""DeleteCrawler: remove a crawler definition."""

from local_glue.api.errors import CrawlerRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.crawlers import definitions as crawlers


def delete_crawler(context: RequestContext, params: Json) -> Json:
    """Remove the crawler and its history; the tables it made stay.

    Raises:
        CrawlerRunningException: it runs.
    """
    name = params["Name"]
    if crawlers.find_crawler(context.documents, name)["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} is currently running")
    context.documents.delete(crawlers.KIND, name)
    context.documents.delete_children(crawlers.CRAWL, name)
    put_tags(context.documents, f"crawler/{name}", {})
    return {}
