"""Pages of a listing. A token holds the last key given, so changes between pages lose nothing."""

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable
from typing import TypeVar

from local_service.errors import InvalidInputException
from local_service.model import Json

Item = TypeVar("Item")


def page(
    items: list[Item], params: Json, key: Callable[[Item], str], *, default: int = 100, most: int = 1000
) -> tuple[list[Item], str | None]:
    """Cut one page out of a listing in a stable order.

    Gives the items after the one that `NextToken` names, at most `MaxResults`, and the next token
    (None on the last page). When that item is gone by now, a listing sorted by its keys goes on where
    it was; in one of another order the token is invalid.
    """
    start = _start([key(item) for item in items], params["NextToken"]) if params.get("NextToken") else 0
    size = min(params.get("MaxResults") or default, most)
    chosen = items[start : start + size]
    has_more = start + size < len(items)
    return chosen, _encode(key(chosen[-1])) if has_more and chosen else None


def _start(keys: list[str], token: str) -> int:
    last = _decode(token)
    if last in keys:
        return keys.index(last) + 1
    if keys == sorted(keys):
        return bisect_right(keys, last)
    raise InvalidInputException(f"Invalid NextToken: {token}")


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps({"after": key}).encode()).decode()


def _decode(token: str) -> str:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidInputException(f"Invalid NextToken: {token}") from error
    if not isinstance(found, dict) or not isinstance(found.get("after"), str):
        raise InvalidInputException(f"Invalid NextToken: {token}")
    after: str = found["after"]
    return after
