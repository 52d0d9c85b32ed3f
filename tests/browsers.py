"""A real browser without a screen, as this machine has one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
SECONDS = 120


def browser_or_skip(unproven: str) -> str:
    """Return the browser's program; without one the test is skipped, and says what was not proven."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip(f"{unproven} in a real browser: none of {', '.join(BROWSERS)} (apt-get install chromium)")
    return found


def opened(browser: str, url: str, profile: Path) -> str:
    """What a page is in the end, in a browser for which `evil.example` leads to this machine."""
    options = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"),
        *("--host-resolver-rules=MAP evil.example 127.0.0.1", f"--user-data-dir={profile}"),
        *("--virtual-time-budget=20000", "--dump-dom"),
    )
    done = subprocess.run(
        [browser, *options, url], capture_output=True, text=True, timeout=SECONDS, check=True
    )
    return done.stdout
