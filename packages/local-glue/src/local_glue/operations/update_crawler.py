"""UpdateCrawler: change a crawler definition."""

from local_glue.api.errors import CrawlerRunningException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def update_crawler(context: RequestContext, params: Json) -> Json:
    """Replace what is given, keep the rest.

    Raises:
        CrawlerRunningException: it runs.
    """
    crawler = crawlers.find_crawler(context.documents, params["Name"])
    if crawler["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {params['Name']} is currently running")
    changed = crawlers.define_crawler({**crawler, **params})
    context.crawls.check(context.documents, params)
    changed.update(LastUpdated=context.now, Version=crawler["Version"] + 1)
    context.documents.put(crawlers.KIND, params["Name"], changed)
    return {}
