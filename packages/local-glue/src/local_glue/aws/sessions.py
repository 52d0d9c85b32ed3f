"""Which role a temporary access key is of: of those that this service was given."""

from __future__ import annotations

_MOST = 10_000  # of a service that runs for months; the oldest go
_roles: dict[str, str] = {}


def remember(access_key: str, role: str) -> None:
    """Keep the ARN of the role that a key is a session of."""
    if len(_roles) >= _MOST:
        _roles.pop(next(iter(_roles)))
    _roles[access_key] = role


def role_of(access_key: str) -> str | None:
    """Return the role's ARN; None for a key that is no such session's."""
    return _roles.get(access_key)
