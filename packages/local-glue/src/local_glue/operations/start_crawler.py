"""StartCrawler: crawl now."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.crawlers import definitions as crawlers


def start_crawler(call: Call, params: Json) -> Json:
    """Store the crawler as RUNNING and start the crawl once that is stored."""
    found = crawlers.find_crawler(call.documents, params["Name"])
    crawler = crawlers.begin_crawl(call.documents, found, call.now)
    call.documents.after_commit(lambda: call.crawls.start(call.scope, crawler))
    return {}
