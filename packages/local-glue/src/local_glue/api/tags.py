"""Tags, kept per ARN."""

from local_glue.api.errors import EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.store import Documents

KIND = "tags"
_MOST = 50  # of one resource
# The resources that can be tagged here, by the word in their ARN.
_TAGGED_KINDS = {
    "job": "job",
    "crawler": "crawler",
    "database": "database",
    "connection": "connection",
    "session": "session",
}


def put_tags(documents: Documents, resource: str, tags: Json) -> None:
    """Replace the tags of a resource such as `job/my-job`.

    Raises:
        InvalidInputException: there are more than a resource can have.
    """
    if len(tags) > _MOST:
        raise InvalidInputException(f"A resource can have {_MOST} tags at most, found {len(tags)}.")
    arn = documents.scope.arn(resource)
    if tags:
        documents.put(KIND, arn, tags)
    else:
        documents.delete(KIND, arn)


def tags_of(documents: Documents, resource: str) -> dict[str, str]:
    """Return the tags of a resource such as `job/my-job`."""
    return documents.get(KIND, documents.scope.arn(resource)) or {}


def has_tags(documents: Documents, resource: str, wanted: dict[str, str]) -> bool:
    """Return whether a resource has all the tags that a list operation filters by."""
    return wanted.items() <= tags_of(documents, resource).items()


def resource_of(documents: Documents, arn: str) -> str:
    """Return the resource that an ARN names, e.g. `job/my-job`.

    Raises:
        EntityNotFoundException: there is no such resource.
    """
    resource = arn.split(":", 5)[-1]
    word, _, name = resource.partition("/")
    kind = _TAGGED_KINDS.get(word)
    is_ours = arn == documents.scope.arn(resource)
    if not is_ours or kind is None or documents.get(kind, name) is None:
        raise EntityNotFoundException(f"Resource with ARN {arn} not found.")
    return resource
