"""TagResource: add tags to a resource."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags, resource_of, tags_of


def tag_resource(context: RequestContext, params: Json) -> Json:
    """Add tags; a tag that is there gets the new value."""
    resource = resource_of(context.documents, params["ResourceArn"])
    put_tags(context.documents, resource, {**tags_of(context.documents, resource), **params["TagsToAdd"]})
    return {}
