"""Pages of a listing. A token holds the last key given, so changes between pages lose nothing.

It also holds whose listing it is of: a token of another account, region, operation or table is invalid.
"""

import base64
import binascii
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable
from typing import TypeVar

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json, Shape
from local_glue.store import Scope

Item = TypeVar("Item")


def page(
    items: list[Item], params: Json, key: Callable[[Item], str], *, default: int = 100, most: int = 1000
) -> tuple[list[Item], Json]:
    """Cut one page out of a listing in a stable order.

    Gives the items after the one whose key `NextToken` is, at most `MaxResults`, and what the answer says
    of more: the next `NextToken`, on the last page nothing. When that item is gone by now, a listing sorted
    by its keys goes on where it was; in one of another order the token is invalid.
    """
    start = _start([key(item) for item in items], params["NextToken"]) if params.get("NextToken") else 0
    size = min(params.get("MaxResults") or default, most)
    chosen = items[start : start + size]
    has_more = start + size < len(items)
    return chosen, {"NextToken": key(chosen[-1])} if has_more and chosen else {}


def listing_of(scope: Scope, operation: str, shape: Shape, params: Json) -> str:
    """Name a listing: whose it is, of what, and below which database, table, job or crawler."""
    parents = [str(params[name]).lower() for name in shape.required_members]
    return hashlib.sha256(json.dumps([str(scope), operation, *parents]).encode()).hexdigest()[:16]


def open_token(params: Json, listing: str) -> Json:
    """Put the key that a token holds in its place.

    Raises:
        InvalidInputException: the token is none of this listing.
    """
    if not params.get("NextToken"):
        return params
    after, of = _decode(params["NextToken"])
    if of != listing:
        raise InvalidInputException(f"Invalid NextToken: {params['NextToken']}")
    return {**params, "NextToken": after}


def seal_token(output: Json, listing: str) -> Json:
    """Make a token of the key that an operation gave."""
    if "NextToken" not in output:
        return output
    token = json.dumps({"after": output["NextToken"], "of": listing})
    return {**output, "NextToken": base64.urlsafe_b64encode(token.encode()).decode()}


def _start(keys: list[str], last: str) -> int:
    if last in keys:
        return keys.index(last) + 1
    if keys == sorted(keys):
        return bisect_right(keys, last)
    raise InvalidInputException(f"Invalid NextToken: {last}, the last that was given, is gone")


def _decode(token: str) -> tuple[str, str]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.encode()))
        after, of = found["after"], found["of"]
    except (binascii.Error, ValueError, RecursionError, TypeError, LookupError) as error:
        raise InvalidInputException(f"Invalid NextToken: {token}") from error
    if not isinstance(after, str) or not isinstance(of, str):
        raise InvalidInputException(f"Invalid NextToken: {token}")
    return after, of
