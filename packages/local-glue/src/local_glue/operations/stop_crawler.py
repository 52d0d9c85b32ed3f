"""StopCrawler: end a crawl under way."""

from local_glue.api.errors import CrawlerNotRunningException, CrawlerStoppingException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.crawlers import definitions as crawlers


def stop_crawler(context: RequestContext, params: Json) -> Json:
    """Store the crawler as STOPPING; the crawl ends as CANCELLED at its next step.

    Raises:
        CrawlerStoppingException: it is stopping already.
        CrawlerNotRunningException: it does not run.
    """
    name = params["Name"]
    crawler = crawlers.find_crawler(context.documents, name)
    if crawler["State"] == "STOPPING":
        raise CrawlerStoppingException(f"Crawler with name {name} is stopping")
    if crawler["State"] == "READY":
        raise CrawlerNotRunningException(f"Crawler with name {name} is not running")
    crawler["State"] = "STOPPING"
    context.documents.put(crawlers.KIND, name, crawler)
    context.documents.after_commit(lambda: context.crawls.stop(crawler["CrawlId"]))
    return {}
