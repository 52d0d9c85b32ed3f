"""Words that several commands say of runs."""

from __future__ import annotations

IF_IT_FAILS_TOO = "; if it fails, too: correct what its log says (make logs), then: make up"
"""Behind what the next run does by itself: of an error in a script it fails again, until that is deployed."""
