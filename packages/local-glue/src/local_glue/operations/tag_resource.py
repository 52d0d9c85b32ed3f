"""TagResource: add tags to a resource."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.api.tags import put_tags, resource_of, tags_of


def tag_resource(call: Call, params: Json) -> Json:
    """Add tags; a tag that is there gets the new value."""
    resource = resource_of(call.documents, params["ResourceArn"])
    put_tags(call.documents, resource, {**tags_of(call.documents, resource), **params["TagsToAdd"]})
    return {}
