"""BatchGetCrawlers: give the crawlers of a list of names."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def batch_get_crawlers(context: RequestContext, params: Json) -> Json:
    """Return the crawlers that exist, and the names of those that don't."""
    found = {name: context.documents.get(crawlers.KIND, name) for name in params["CrawlerNames"]}
    return {
        "Crawlers": [crawlers.to_response(crawler, context.now) for crawler in found.values() if crawler],
        "CrawlersNotFound": [name for name, crawler in found.items() if not crawler],
    }
