"""UntagResource: remove tags from a resource."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags, resource_of, tags_of


def untag_resource(context: RequestContext, params: Json) -> Json:
    """Remove tags; those that are not there are no error."""
    resource = resource_of(context.documents, params["ResourceArn"])
    kept = {
        key: value
        for key, value in tags_of(context.documents, resource).items()
        if key not in params["TagsToRemove"]
    }
    put_tags(context.documents, resource, kept)
    return {}
