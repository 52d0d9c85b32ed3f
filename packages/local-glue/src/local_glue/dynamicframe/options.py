"""Options as scripts write them: true, "true" and "True" are the same."""

from typing import Any


def is_true(value: Any) -> bool:
    """Return whether an option is set."""
    return str(value).strip().lower() in ("true", "1", "yes")
