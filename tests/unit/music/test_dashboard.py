"""`make dashboard`: the address, or why there is none."""

from __future__ import annotations

from io import StringIO

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from glue_sandbox.terminal.visible_text import VisibleConsole
from music import dashboard

URL = "http://localhost:4566/_aws/execute-api/abc12345/"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a browser was told to open; the sandbox runs, and has a KPI API."""
    urls: list[str] = []
    monkeypatch.setattr(dashboard, "must_run", lambda _: {})
    monkeypatch.setattr(dashboard, "apis", lambda _: {"kpi_api": URL})
    monkeypatch.setattr("webbrowser.open", urls.append)
    monkeypatch.setattr("sys.platform", "linux")
    for name in dashboard.SCREENS:
        monkeypatch.delenv(name, raising=False)
    return urls


def test_without_a_screen_the_address_is_only_printed(opened: list[str]) -> None:
    with out.capture() as shown:
        dashboard.open_dashboard(Settings())
    assert (shown.get(), opened) == (f"{URL}\n", [])


def test_on_a_terminal_it_is_said_whose_address_it_is(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = VisibleConsole(file=StringIO(), force_terminal=True, color_system=None, width=60)
    monkeypatch.setattr(dashboard, "out", terminal)
    with terminal.capture() as shown:
        dashboard.open_dashboard(Settings())
    assert shown.get().split() == ["KPI", "dashboard:", URL]


def test_with_a_screen_it_is_opened_too(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    dashboard.open_dashboard(Settings())
    assert opened == [URL]


def test_after_a_delivery_its_address_is_told_where_a_browser_is_let_in(opened: list[str]) -> None:
    assert dashboard.dashboard_line(Settings()) == f"in a browser: {URL}"
    assert dashboard.dashboard_line(Settings().model_copy(update={"keys": "own"})) == ""
    assert opened == []


def test_where_there_is_none_the_way_to_one_is_told(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "apis", lambda _: {})
    with pytest.raises(SandboxError, match="expected a KPI API; found none in this sandbox"):
        dashboard.open_dashboard(Settings())


def test_where_requests_must_be_signed_no_browser_is_sent(opened: list[str]) -> None:
    own = Settings().model_copy(update={"keys": "own"})
    with pytest.raises(SandboxError, match="found KEYS=own"):
        dashboard.open_dashboard(own)
    assert opened == []
