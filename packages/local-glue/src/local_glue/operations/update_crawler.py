"""UpdateCrawler: change a crawler definition."""

from local_glue.api.errors import CrawlerRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.crawlers import definitions as crawlers


def update_crawler(call: Call, params: Json) -> Json:
    """Replace what is given, keep the rest; not while the crawler runs."""
    crawler = crawlers.find_crawler(call.documents, params["Name"])
    if crawler["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {params['Name']} is currently running")
    changed = crawlers.define_crawler({**crawler, **params})
    changed.update(LastUpdated=call.now, Version=crawler["Version"] + 1)
    call.documents.put(crawlers.KIND, params["Name"], changed)
    return {}
