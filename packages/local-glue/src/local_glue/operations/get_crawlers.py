"""GetCrawlers: give all crawlers, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def get_crawlers(context: RequestContext, params: Json) -> Json:
    """Return the crawlers by name."""
    found, more = page(crawlers.by_name(context.documents), params, lambda crawler: crawler["Name"])
    output: Json = {"Crawlers": [crawlers.to_response(crawler, context.now) for crawler in found]}
    return output | more
