"""StartCrawler: crawl now."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json


def start_crawler(call: Call, params: Json) -> Json:
    """Store the crawler as RUNNING and start the crawl once that is stored."""
    found = crawlers.find_crawler(call.documents, params["Name"])
    crawler = crawlers.begin_crawl(call.documents, found, call.now)
    call.documents.after_commit(lambda: call.crawls.start(call.scope, crawler))
    return {}
