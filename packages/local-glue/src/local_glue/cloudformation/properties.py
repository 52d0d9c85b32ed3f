"""A resource's properties as a template has them -> the types and names that Glue's API takes."""

from typing import Any

from local_glue.api.glue_api_model import Json, Shape, input_shape
from local_glue.cloudformation.errors import PropertyError

# Parameters are text, and YAML may give numbers where Glue wants text: CloudFormation converts both ways.
_NUMBERS: dict[str, Any] = {"integer": int, "long": int, "double": float, "float": float}
_TEMPLATE_ONLY = {"AWS::Glue::Database": {"DatabaseName"}, "AWS::Glue::Table": {"Name"}}


def api_properties(resource_type: str, operation: str, properties: Json) -> Json:
    """Convert all properties; raise PropertyError for one that the type doesn't have."""
    shape = input_shape(operation)
    own = {name: properties[name] for name in _TEMPLATE_ONLY.get(resource_type, set()) & properties.keys()}
    rest = {name: value for name, value in properties.items() if name not in own}
    if "Tags" in rest:
        rest["Tags"] = _tags(rest["Tags"])
    schedule = rest.get("Schedule")
    if isinstance(schedule, dict):  # CloudFormation wraps the cron line, the API takes it bare
        rest["Schedule"] = schedule.get("ScheduleExpression", "")
    return {**own, **_convert(rest, shape, "#")}


def _tags(tags: Any) -> Any:
    """Glue's types have tags as a map; a stack's own tags come as a list."""
    return {tag["Key"]: tag["Value"] for tag in tags} if isinstance(tags, list) else tags


def _convert(value: Any, shape: Shape, where: str) -> Any:
    kind = shape.type_name
    if kind == "structure":
        _require(isinstance(value, dict), "JSONObject", value, where)
        # DynamoDBTarget: the API writes scanAll, CloudFormation ScanAll.
        members = {name.lower(): name for name in shape.members}
        for key in value:
            if key.lower() not in members:
                raise PropertyError(f"{where}: extraneous key [{key}] is not permitted")
        named = {members[key.lower()]: item for key, item in value.items()}
        return {key: _convert(item, shape.members[key], f"{where}/{key}") for key, item in named.items()}
    if kind == "map":
        _require(isinstance(value, dict), "JSONObject", value, where)
        return {str(key): _convert(item, shape.value, f"{where}/{key}") for key, item in value.items()}
    if kind == "list":
        _require(isinstance(value, list), "JSONArray", value, where)
        return [_convert(item, shape.member, f"{where}/{index}") for index, item in enumerate(value)]

    _require(not isinstance(value, dict | list), kind.capitalize(), value, where)
    if kind == "boolean":
        _require(str(value).lower() in ("true", "false"), "Boolean", value, where)
        return str(value).lower() == "true"
    if kind in _NUMBERS:
        try:
            return _NUMBERS[kind](value)
        except ValueError:
            _require(False, "Number", value, where)

    return str(value).lower() if isinstance(value, bool) else str(value)


def _require(holds: bool, expected: str, found: Any, where: str) -> None:
    if not holds:
        kinds = {dict: "JSONObject", list: "JSONArray", bool: "Boolean", int: "Integer", float: "Number"}
        raise PropertyError(f"{where}: expected type: {expected}, found: {kinds.get(type(found), 'String')}")
