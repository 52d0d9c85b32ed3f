"""GetCrawlers: give all crawlers, in pages."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_crawlers(call: Call, params: Json) -> Json:
    """Give the crawlers in the order of their creation."""
    found, token = page(call.documents.all(crawlers.KIND), params, lambda crawler: crawler["Name"])
    output: Json = {"Crawlers": [crawlers.shown(crawler, call.now) for crawler in found]}
    return output | ({"NextToken": token} if token else {})
