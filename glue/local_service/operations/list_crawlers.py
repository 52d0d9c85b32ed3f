"""ListCrawlers: give the names of crawlers, perhaps only of those with certain tags."""

from local_service import crawlers
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page
from local_service.tags import has_tags


def list_crawlers(call: Call, params: Json) -> Json:
    """Give names in their order."""
    wanted = params.get("Tags", {})
    names = [crawler["Name"] for crawler in crawlers.by_name(call.documents)]
    names = [name for name in names if has_tags(call.documents, f"crawler/{name}", wanted)]
    found, more = page(names, params, str)
    output: Json = {"CrawlerNames": found}
    return output | more
