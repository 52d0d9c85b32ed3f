"""Which web pages may send requests: those of this machine, and those that the settings name.

Any page that is open in the user's browser can reach this port, and start a job by it. A browser says whose
page sends a request; no other client says anything. Standard library only, as it also runs in MiniStack.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from local_glue.http.errors import send_error

_OF_THIS_MACHINE = re.compile(
    r"https?://(([\w-]+\.)*localhost(\.localstack\.cloud)?|127\.0\.0\.1|\[::1\])(:\d+)?"
)
_ACTION = re.compile(rb"(^|&)Action=")


def listed(text: str) -> frozenset[str]:
    """Origins of a list with commas, as browsers write them."""
    return frozenset(origin.strip().lower() for origin in text.split(",") if origin.strip())


def foreign_page(scope: Mapping[str, Any], allowed: Collection[str]) -> str | None:
    """Whose web page sends the HTTP request (an ASGI scope), if that page may not; None for all else."""
    origins = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"origin"]
    for origin in origins:
        if not _OF_THIS_MACHINE.fullmatch(origin) and origin not in allowed:
            return f"of the origin {origin}"
    # Links and images have no origin, but their address can be a call: of CloudFormation, to make a stack.
    is_elsewhere = (b"sec-fetch-site", b"cross-site") in scope["headers"]
    if is_elsewhere and not origins and _ACTION.search(scope["query_string"]):
        return "of another site"
    return None


async def refuse(scope: Mapping[str, Any], send: Any, page: str) -> None:
    """Answer a request of such a page."""
    text = (
        f"A web page {page} may not use this endpoint. If it is yours: make down, then "
        "ALLOWED_ORIGINS=<its origin> make up."
    )
    await send_error(scope, send, 403, "AccessDenied", text)
