"""`hashfield`, `hashexpression`, `hashpartitions`: a table read by several queries, each a share of it.

Source: "Reading from JDBC tables in parallel" in the Glue developer guide.
"""

from collections.abc import Mapping
from typing import Any

_DEFAULT_PARTITIONS = 7
# How a database makes a number of a field of any type; another database's table is read by one query.
_HASHES = {
    "mysql": "CRC32({})",
    "postgresql": "hashtext(CAST({} AS text))",
    "oracle": "ORA_HASH({})",
    "sqlserver": "CHECKSUM({})",
    "redshift": "FNV_HASH({})",
}


def partition_conditions(vendor: str, options: Mapping[str, Any]) -> list[str]:
    """Return a condition for each query, which together select each row once; none for a single query.

    Raises:
        ValueError: the number of partitions is none.
    """
    number = _expression(vendor, options)
    if number is None:
        return []
    count = _count(options.get("hashpartitions", _DEFAULT_PARTITIONS))
    share = f"ABS(({number}) % {count})" if vendor == "sqlserver" else f"ABS(MOD({number}, {count}))"
    conditions = [f"{share} = {n}" for n in range(count)]
    # A row without a number belongs to the first share.
    return [f"{conditions[0]} OR ({number}) IS NULL", *conditions[1:]]


def _expression(vendor: str, options: Mapping[str, Any]) -> str | None:
    if options.get("hashexpression"):
        return str(options["hashexpression"])
    field = options.get("hashfield")
    return _HASHES[vendor].format(field) if field and vendor in _HASHES else None


def _count(given: Any) -> int:
    text = str(given)
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(
            f'Expected a number of partitions of 1 or more in "hashpartitions", found {given!r}.'
        )
    return int(text)
