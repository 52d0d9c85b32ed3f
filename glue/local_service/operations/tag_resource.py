"""TagResource: add tags to a resource."""

from local_service.call import Call
from local_service.model import Json
from local_service.tags import put_tags, resource_of, tags_of


def tag_resource(call: Call, params: Json) -> Json:
    """Add tags; a tag that is there gets the new value."""
    resource = resource_of(call.documents, params["ResourceArn"])
    put_tags(call.documents, resource, {**tags_of(call.documents, resource), **params["TagsToAdd"]})
    return {}
