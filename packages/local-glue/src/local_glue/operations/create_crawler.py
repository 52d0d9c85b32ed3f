"""CreateCrawler: store a crawler definition."""

from local_glue.api.errors import AlreadyExistsException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.api.tags import put_tags
from local_glue.crawlers import definitions as crawlers


def create_crawler(call: Call, params: Json) -> Json:
    """Complete the definition with Glue's defaults and store it."""
    name = params["Name"]
    if call.documents.get(crawlers.KIND, name):
        raise AlreadyExistsException(f"{name} already exists")
    tags = params.pop("Tags", {})
    crawler = crawlers.define_crawler(params)
    crawler.update(State="READY", CreationTime=call.now, LastUpdated=call.now, Version=1, CrawlElapsedTime=0)
    call.documents.put(crawlers.KIND, name, crawler)
    put_tags(call.documents, f"crawler/{name}", tags)
    return {}
