"""StartCrawler: crawl now."""

from local_service import crawlers
from local_service.call import Call
from local_service.errors import CrawlerRunningException
from local_service.model import Json


def start_crawler(call: Call, params: Json) -> Json:
    """Store the crawler as RUNNING and start the crawl once that is stored."""
    name = params["Name"]
    crawler = crawlers.find_crawler(call.documents, name)
    if crawler["State"] != "READY":
        raise CrawlerRunningException(f"Crawler with name {name} has already started")
    crawler.update(State="RUNNING", StartedOn=call.now)
    call.documents.put(crawlers.KIND, name, crawler)
    call.documents.after_commit(lambda: call.crawls.start(call.scope, crawler))
    return {}
