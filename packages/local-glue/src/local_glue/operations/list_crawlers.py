"""ListCrawlers: give the names of crawlers, perhaps only of those with certain tags."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import has_tags
from local_glue.crawlers import definitions as crawlers


def list_crawlers(context: RequestContext, params: Json) -> Json:
    """Return names in their order."""
    wanted = params.get("Tags", {})
    names = [crawler["Name"] for crawler in crawlers.by_name(context.documents)]
    names = [name for name in names if has_tags(context.documents, f"crawler/{name}", wanted)]
    found, more = page(names, params, str)
    output: Json = {"CrawlerNames": found}
    return output | more
