"""The proxies that a script finds: those of the machine, without what one logs in to them with."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def script_proxies(environ: Mapping[str, str], endpoint_url: str) -> dict[str, str]:
    """Return variables of the proxies, and of the hosts that need none; empty where there is no proxy.

    AWS's endpoint is one of those hosts. A script's environment ends in logs, so that no password is in it.
    """
    names = (*_NAMES, *(name.lower() for name in _NAMES))
    proxies = {name: _without_login(environ[name]) for name in names if environ.get(name)}
    if not proxies:
        return {}

    given = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    needed = (*filter(None, given.split(",")), *_LOOPBACK, urlsplit(endpoint_url).hostname or "")
    hosts = ",".join(dict.fromkeys(host.strip() for host in needed))
    return {**proxies, "NO_PROXY": hosts, "no_proxy": hosts}


def _without_login(proxy: str) -> str:
    login, _, host = proxy.rpartition("@")
    scheme = _SCHEME.match(login)
    return (scheme[0] if scheme else "") + host if login else proxy
