"""Cursors: where in a list the next part begins. To clients they are opaque, and good for one list alone.

A cursor moves within the list that it is used with and never into another: the partition comes from the
request, and what the cursor says must be a place of that partition.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from .web import Problem

if TYPE_CHECKING:
    from .tables import Listing

Place = dict[str, str]
LONGEST = 6000  # base64 of the longest keys that DynamoDB takes
LONGEST_VALUE = 2048


def seal_cursor(place: Place, listing: Listing) -> str:
    """Return the cursor of a place in a listing."""
    text = json.dumps([_mark(listing), place], separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def open_cursor(cursor: str, listing: Listing) -> Place:
    """Return the place that a cursor of this listing names.

    Raises:
        Problem: it is none, or one of another listing.
    """
    mark, place = _content(cursor)
    attribute, value = listing.partition
    if mark == _mark(listing) and tuple(sorted(place)) == listing.key and place[attribute] == value:
        return place
    raise Problem(
        400, "a cursor that this list has given", "another one", "leave the cursor out to begin at the start"
    )


def _content(cursor: str) -> tuple[str, Place]:
    """Return what a cursor says; nothing, for a text that is none."""
    nothing: tuple[str, Place] = "", {}
    if len(cursor) > LONGEST:
        return nothing
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        mark, place = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        is_place = isinstance(place, dict) and all(map(_is_value, place.values()))
    except (ValueError, TypeError, RecursionError):
        return nothing
    return (str(mark), place) if is_place else nothing


def _is_value(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.encode()) <= LONGEST_VALUE


def _mark(listing: Listing) -> str:
    """What tells one listing from all others."""
    return hashlib.sha256(repr(listing).encode()).hexdigest()[:16]
