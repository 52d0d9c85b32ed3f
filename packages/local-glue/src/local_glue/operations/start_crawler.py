"""StartCrawler: crawl now."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def start_crawler(context: RequestContext, params: Json) -> Json:
    """Store the crawler as RUNNING and start the crawl once that is stored."""
    found = crawlers.find_crawler(context.documents, params["Name"])
    crawler = crawlers.begin_crawl(context.documents, found, context.now)
    context.documents.after_commit(lambda: context.crawls.start(context.scope, crawler))
    return {}
