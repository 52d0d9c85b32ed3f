"""The user's proxies: one list of variables for child processes, containers and image builds alike."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
PROXIES = (*_NAMES, *(name.lower() for name in _NAMES))
NO_PROXIES = ("NO_PROXY", "no_proxy")
LOOPBACK = "localhost,127.0.0.1"


def proxy_variables(environ: Mapping[str, str], *direct: str) -> dict[str, str]:
    """Return the proxies, and the hosts that need none: the user's, this machine, and those of `direct`."""
    hosts = ",".join((with_loopback(environ), *direct))
    return {
        **{name: environ[name] for name in PROXIES if environ.get(name)},
        **dict.fromkeys(NO_PROXIES, hosts),
    }


def build_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for image builds, as the user has set them; empty without a proxy.

    Older engines pass no ALL_PROXY on to a build: it stands in for the two others where they are not set.
    """
    given = {name: environ[name] for name in (*PROXIES, *NO_PROXIES) if environ.get(name)}
    fallback = given.get("ALL_PROXY") or given.get("all_proxy")
    for scheme in ("HTTP_PROXY", "HTTPS_PROXY"):
        if fallback and scheme not in given and scheme.lower() not in given:
            given |= {scheme: fallback, scheme.lower(): fallback}
    return given


def with_loopback(environ: Mapping[str, str]) -> str:
    """Return the user's list of hosts that need no proxy, and this machine."""
    known = environ.get("NO_PROXY") or environ.get("no_proxy") or LOOPBACK
    return known if known.endswith(LOOPBACK) else f"{known},{LOOPBACK}"
