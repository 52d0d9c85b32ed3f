"""Days that only generated listens have: no delivery has listens of a time before there was streaming."""

from __future__ import annotations

from datetime import date

FIRST_GENERATED_DAY = date(2001, 1, 1)
STREAMING_BEGAN = date(2006, 1, 1)


def is_generated_day(day: str) -> bool:
    """Return whether a day, as 2001-01-31, is one of those that only generated listens have."""
    return FIRST_GENERATED_DAY.isoformat() <= day < STREAMING_BEGAN.isoformat()
