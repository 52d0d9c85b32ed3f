"""GetTags: give the tags of a resource."""

from local_service.call import Call
from local_service.model import Json
from local_service.tags import resource_of, tags_of


def get_tags(call: Call, params: Json) -> Json:
    """Give the tags of what the ARN names."""
    return {"Tags": tags_of(call.documents, resource_of(call.documents, params["ResourceArn"]))}
