"""Who may send requests: programs, and the web pages that this endpoint itself serves.

Any page that is open in the user's browser can reach this port, by its address or by a host name that leads
to this machine. A browser says which name it was given, whose page sends the request, and from how far away;
what it says is decided on here, before anything is routed. No path is exempt.

Standard library only: the same check stands before the Glue service, MiniStack, LocalStack and Airflow.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local_glue.hints import hint
from local_glue.http.control_paths import TOKEN_VARIABLE, may_use
from local_glue.http.errors import send_error

Asgi = Callable[[Any, Any, Any], Awaitable[None]]

# Names that lead to this machine and nowhere else. `localhost.localstack.cloud` and `amazonaws.com` are names
# that clients of emulators send; who runs a web page cannot have them lead here.
_OF_THIS_MACHINE = re.compile(
    r"127\.0\.0\.1|\[::1\]|([\w-]+\.)*localhost|([\w.-]+\.)?(localhost\.localstack\.cloud|amazonaws\.com)"
)
_PORT = re.compile(r":\d*$")
_WEB = re.compile(r"^https?://")
_FROM_ELSEWHERE = {"cross-site", "same-site"}
_READS = ("get", "list", "describe")
_HAS_ITS_OWN_PROOF = "confirmsubscription"  # a link in SNS's messages: its token is the permission


def _listed(text: str) -> frozenset[str]:
    """Return the entries of a list with commas, in lower case as browsers write hosts and origins."""
    return frozenset(entry.strip().lower() for entry in text.split(",") if entry.strip())


@dataclass(frozen=True)
class AccessRules:
    """Which hosts and web pages are known beside the ones that everybody may use.

    `origins` are those of web pages elsewhere; `hosts` are names that the endpoint is called by, each also
    with further names before it (a container's `emulator` and `bucket.emulator`). `token` is what the
    sandbox's own services show at control paths.
    """

    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    token: str = field(default="", repr=False)

    def refusal(self, scope: Mapping[str, Any]) -> str | None:
        """Return why a request (an ASGI scope) is refused, and what to do; None for one that may pass."""
        headers = [(name.lower(), value.decode("latin-1").lower()) for name, value in scope["headers"]]
        hosts = [value for name, value in headers if name == b"host"]
        origins = [value for name, value in headers if name == b"origin"]

        for host in hosts or [""]:
            if not self._is_known(host):
                return (
                    f"No host of the name {host!r} is here. If it is a name of this machine: "
                    f"{hint('allow_host')}."
                )

        for origin in origins:
            if _WEB.sub("", origin) not in hosts and origin not in self.origins:
                return _not_for_pages(f"of the origin {origin}")

        is_elsewhere = any(name == b"sec-fetch-site" and value in _FROM_ELSEWHERE for name, value in headers)
        if is_elsewhere and not self.origins.intersection(origins):
            return _not_for_pages("of another site")

        # An image or a link of a browser that does not say whose page has it.
        action = _changing_action(scope)
        if action is not None and not any(name == b"authorization" for name, _ in headers):
            return f"A GET without an Authorization header may not call {action or 'an action'}: sign it."
        if not may_use(scope, self.token):
            return f"{scope['path']!r} is for the services behind this endpoint, which know {TOKEN_VARIABLE}."
        return None

    def _is_known(self, host: str) -> bool:
        name = _PORT.sub("", host)
        return bool(_OF_THIS_MACHINE.fullmatch(name)) or any(
            name == known or name.endswith(f".{known}") for known in self.hosts
        )


def read_rules(environ: Mapping[str, str]) -> AccessRules:
    """Return the rules of GLUE_ALLOWED_ORIGINS, GLUE_ALLOWED_HOSTS (lists with commas) and of the token."""
    origins, hosts = (_listed(environ.get(f"GLUE_ALLOWED_{what}", "")) for what in ("ORIGINS", "HOSTS"))
    return AccessRules(origins, hosts, environ.get(TOKEN_VARIABLE, ""))


class AccessGuard:
    """ASGI middleware that refuses what the rules refuse, WebSockets too."""

    def __init__(self, app: Asgi, rules: AccessRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass one event on, or answer it."""
        reason = self._rules.refusal(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "see ALLOWED_ORIGINS"})
        else:
            await send_error(scope, send, 403, "AccessDenied", reason)


def _not_for_pages(page: str) -> str:
    return (
        f"A web page {page} may not use this endpoint. If it is yours: {hint('allow_origin')}. "
        "Your own browser may: type the address."
    )


def _changing_action(scope: Mapping[str, Any]) -> str | None:
    """Return the action of the query protocol that a GET or HEAD asks for, if it may change anything."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    # As the emulators decode it, for what counts is what they will see.
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    actions = [value for name, value in query if name.lower() == "action"]
    changing = [a for a in actions if not a.lower().startswith((*_READS, _HAS_ITS_OWN_PROOF))]
    return changing[0] if changing else None
