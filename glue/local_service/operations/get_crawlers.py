"""GetCrawlers: give all crawlers, in pages."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_crawlers(call: Call, params: Json) -> Json:
    """Give the crawlers by name."""
    found, more = page(crawlers.by_name(call.documents), params, lambda crawler: crawler["Name"])
    output: Json = {"Crawlers": [crawlers.shown(crawler, call.now) for crawler in found]}
    return output | more
