"""GetTags: give the tags of a resource."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import resource_of, tags_of


def get_tags(context: RequestContext, params: Json) -> Json:
    """Return the tags of what the ARN names."""
    return {"Tags": tags_of(context.documents, resource_of(context.documents, params["ResourceArn"]))}
