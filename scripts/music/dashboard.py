"""The address of the KPI dashboard, for the user's own browser."""

from __future__ import annotations

import os
import sys
import webbrowser

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import apis, must_run
from glue_sandbox.terminal.console import out

API = "kpi_api"
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def open_dashboard(settings: Settings) -> None:
    """Print the address, which alone goes into a pipe, and open it where somebody can see it.

    Raises:
        SandboxError: nothing runs, or a browser would not be let in.
    """
    url = dashboard_url(settings)
    out.print(f"KPI dashboard: {url}" if out.is_terminal else url, soft_wrap=True)
    if sys.platform == "darwin" or any(os.environ.get(name) for name in SCREENS):
        webbrowser.open(url)


def dashboard_line(settings: Settings) -> str:
    """Return where a browser shows the KPIs; empty where none would be let in."""
    url = apis(settings).get(API)
    return f"in a browser: {url}" if url and settings.keys != "own" else ""


def dashboard_url(settings: Settings) -> str:
    """Return the address of the dashboard of a running sandbox.

    Raises:
        SandboxError: nothing runs, it has no KPI API, or that wants signed requests.
    """
    must_run(settings)
    found = apis(settings)
    if API not in found:
        raise SandboxError(
            "a KPI API", "none in this sandbox", "make up, with KEYS=test or EMULATOR=ministack"
        )
    if settings.keys == "own":
        raise SandboxError(
            "KEYS=test, with which a browser may open the KPI API",
            "KEYS=own, with which each request must be signed",
            "make kpis, or call the API with a client that signs: docs/kpi-api.md",
        )
    return found[API]
