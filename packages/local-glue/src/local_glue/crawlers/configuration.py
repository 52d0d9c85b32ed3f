"""The Configuration of a crawler, and which of its settings are known.

Source: "Customizing crawler behavior" in the Glue developer guide.
"""

import json
from dataclasses import dataclass
from typing import Any

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json

# Where AWS puts the tables of a crawler without a database.
DEFAULT_DATABASE = "default"
# What may stand where, as paths; the values that are words.
_WORDS = {
    ("CrawlerOutput", "Partitions", "AddOrUpdateBehavior"): "InheritFromTable",
    ("CrawlerOutput", "Tables", "AddOrUpdateBehavior"): "MergeNewColumns",
    ("Grouping", "TableGroupingPolicy"): "CombineCompatibleSchemas",
}
_NUMBERS = (("Grouping", "TableLevelConfiguration"), ("CrawlerOutput", "Tables", "TableThreshold"))
_SWITCHES = (("CreatePartitionIndex",),)
_VERSION = ("Version",)


@dataclass(frozen=True)
class Configuration:
    """How a crawler groups folders into tables, and what it does to tables and partitions it knows."""

    inherits_from_table: bool = False
    merges_new_columns: bool = False
    combines_compatible_schemas: bool = False
    table_level: int | None = None
    table_threshold: int | None = None


def read_configuration(text: str | None) -> Configuration:
    """Read a crawler's Configuration.

    Raises:
        InvalidInputException: it is none; names what is wrong in it.
    """
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise InvalidInputException(f"Configuration is not the JSON of a crawler: {error}") from error
    if not isinstance(found, dict):
        raise InvalidInputException("Configuration is not the JSON of a crawler: it must be an object")
    settings = _settings(found, ())
    return Configuration(
        *(settings.get(path) == word for path, word in _WORDS.items()),
        *(settings.get(path) for path in _NUMBERS),
    )


def _settings(found: Json, above: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
    """Return the settings by their paths, each checked."""
    settings: dict[tuple[str, ...], Any] = {}
    known = [*_WORDS, *_NUMBERS, *_SWITCHES, _VERSION]
    for name, value in found.items():
        path = (*above, name)
        is_inner = any(len(one) > len(path) and one[: len(path)] == path for one in known)
        if is_inner and isinstance(value, dict):
            settings |= _settings(value, path)
        elif is_inner or path not in known:
            names = sorted({one[len(above)] for one in known if one[: len(above)] == above})
            raise _wrong(path, value, f"one of {', '.join(names)}" if not is_inner else "an object")
        else:
            _check(path, value)
            settings[path] = value
    return settings


def _check(path: tuple[str, ...], value: Any) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if path in _WORDS and value != _WORDS[path]:
        raise _wrong(path, value, _WORDS[path])
    if path in _NUMBERS and not (is_number and value > 0 and int(value) == value):
        raise _wrong(path, value, "an integer greater than 0")
    if path in _SWITCHES and not isinstance(value, bool):
        raise _wrong(path, value, "true or false")
    if path == _VERSION and not (is_number and value == 1):
        raise _wrong(path, value, "1.0")


def _wrong(path: tuple[str, ...], value: Any, wanted: str) -> InvalidInputException:
    where = ".".join(path)
    return InvalidInputException(
        f"Configuration is not the JSON of a crawler: {where} must be {wanted}, found {json.dumps(value)}"
    )
