"""Waiting for a state, with a time-out that says what did not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
# Each look costs what is waited for some of its processor: who has waited long may look less often.
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_PAUSE_PER_SECOND_WAITED = 0.05


def wait_for(what: str, look: Callable[[], Found | None], seconds: float = 60.0) -> Found:
    """Poll until `look` gives something; a time-out says what for.

    The pauses between looks grow with the time waited, up to half a second.
    """
    began = time.monotonic()
    while True:
        found = look()
        if found:
            return found

        waited = time.monotonic() - began
        if waited > seconds:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(min(max(_SHORTEST_PAUSE, waited * _PAUSE_PER_SECOND_WAITED), _LONGEST_PAUSE))
