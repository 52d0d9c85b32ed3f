"""Which sandboxes run beside each other: each share has a process of its own, and takes about as long."""

from __future__ import annotations

import pytest

EMBEDDED, CONTAINERS = "embedded", "containers"
SHARES = (
    {("sample", CONTAINERS), ("test_real_delivery", EMBEDDED)},
    {("sample", EMBEDDED), ("test_containers_again", CONTAINERS)},
    {("test_chaos", EMBEDDED), ("test_real_delivery", CONTAINERS)},
)
"""Folder or file, and mode; what is in none of them is in the first."""


def share_of(item: pytest.Item) -> int:
    """Return the number of the share, from 1, that has this test."""
    mode = CONTAINERS if item.get_closest_marker(CONTAINERS) else EMBEDDED
    place = item.path.relative_to(item.config.rootpath / "tests" / "e2e")
    key = (place.parts[0].removesuffix(".py"), mode)
    return next((number for number, share in enumerate(SHARES, 1) if key in share), 1)
