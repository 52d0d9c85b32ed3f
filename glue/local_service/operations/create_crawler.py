"""CreateCrawler: store a crawler definition."""

from local_service import crawlers
from local_service.call import Call
from local_service.errors import AlreadyExistsException
from local_service.model import Json
from local_service.tags import put_tags


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
