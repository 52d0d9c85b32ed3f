"""CreateCrawler: store a crawler definition."""

from local_glue.api.errors import AlreadyExistsException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.crawlers import definitions as crawlers


def create_crawler(context: RequestContext, params: Json) -> Json:
    """Complete the definition with Glue's defaults and store it.

    Raises:
        AlreadyExistsException: there is one of this name.
    """
    name = params["Name"]
    if context.documents.get(crawlers.KIND, name):
        raise AlreadyExistsException(f"{name} already exists")
    tags = params.pop("Tags", {})
    crawler = crawlers.define_crawler(params)
    context.crawls.check(context.documents, params)
    crawler.update(
        State="READY", CreationTime=context.now, LastUpdated=context.now, Version=1, CrawlElapsedTime=0
    )
    context.documents.put(crawlers.KIND, name, crawler)
    put_tags(context.documents, f"crawler/{name}", tags)
    return {}
