"""What the API answers of a database, table or partition."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json, pick_members, shape

# AWS answers these of every storage descriptor.
_STORAGE_DEFAULTS = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}


def to_response(document: Json, shape_name: str, attributes: list[str] | None = None) -> Json:
    """Return what the API answers for a `Database`, `Table` or `Partition`, or only some attributes of it."""
    answer = pick_members(document, shape(shape_name))
    if attributes:
        return {name: answer[name] for name in attributes if name in answer}
    if "StorageDescriptor" in answer:
        answer["StorageDescriptor"] = _STORAGE_DEFAULTS | answer["StorageDescriptor"]
    return answer


def requested_attributes(params: Json, names: dict[str, str]) -> list[str]:
    """Return the members that `AttributesToGet` of a listing asks for; none of them means all.

    Raises:
        InvalidInputException: they are not NAME, alone or with others.
    """
    wanted = params.get("AttributesToGet")
    if wanted is not None and ("NAME" not in wanted or not names.keys() >= set(wanted)):
        raise InvalidInputException(
            f"AttributesToGet must be NAME, alone or with {', '.join(names.keys() - {'NAME'})}."
        )
    return [names[name] for name in wanted or []]
