"""BatchGetCrawlers: give the crawlers of a list of names."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json


def batch_get_crawlers(call: Call, params: Json) -> Json:
    """Give the crawlers that exist, and the names of those that don't."""
    found = {name: call.documents.get(crawlers.KIND, name) for name in params["CrawlerNames"]}
    return {
        "Crawlers": [crawlers.shown(crawler, call.now) for crawler in found.values() if crawler],
        "CrawlersNotFound": [name for name, crawler in found.items() if not crawler],
    }
