"""GetCrawler: give a crawler and its last crawl."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def get_crawler(context: RequestContext, params: Json) -> Json:
    """Return definition, state and last crawl."""
    return {
        "Crawler": crawlers.to_response(crawlers.find_crawler(context.documents, params["Name"]), context.now)
    }
