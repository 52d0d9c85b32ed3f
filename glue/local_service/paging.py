"""Pages of a listing. A token holds the last name given, so changes between pages lose nothing."""

import base64
import binascii
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
    (None on the last page). An item that is gone by now ends up as an invalid token.
    """
    start = 0
    token = params.get("NextToken")
    if token:
        last = _decode(token)
        keys = [key(item) for item in items]
        if last not in keys:
            raise InvalidInputException(f"Invalid NextToken: {token}")
        start = keys.index(last) + 1
    size = min(params.get("MaxResults") or default, most)
    chosen = items[start : start + size]
    has_more = start + size < len(items)
    return chosen, _encode(key(chosen[-1])) if has_more and chosen else None


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decode(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeError) as error:
        raise InvalidInputException(f"Invalid NextToken: {token}") from error
