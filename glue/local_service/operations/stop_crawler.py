"""StopCrawler: end a crawl under way."""

from local_service import crawlers
from local_service.call import Call
from local_service.errors import CrawlerNotRunningException, CrawlerStoppingException
from local_service.model import Json


def stop_crawler(call: Call, params: Json) -> Json:
    """Store the crawler as STOPPING; the crawl ends as CANCELLED at its next step."""
    name = params["Name"]
    crawler = crawlers.find_crawler(call.documents, name)
    if crawler["State"] == "STOPPING":
        raise CrawlerStoppingException(f"Crawler with name {name} is stopping")
    if crawler["State"] == "READY":
        raise CrawlerNotRunningException(f"Crawler with name {name} is not running")
    crawler["State"] = "STOPPING"
    call.documents.put(crawlers.KIND, name, crawler)
    call.documents.after_commit(lambda: call.crawls.stop(crawler["CrawlId"]))
    return {}
