"""GetCrawler: give a crawler and its last crawl."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.crawlers import definitions as crawlers


def get_crawler(call: Call, params: Json) -> Json:
    """Give definition, state and last crawl."""
    return {"Crawler": crawlers.shown(crawlers.find_crawler(call.documents, params["Name"]), call.now)}
