"""The application in this process, for tests that need no server."""

from __future__ import annotations

from pathlib import Path

import pytest
from glue_service.in_process import app_in

from local_glue.http.app import App


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An application without a server, whose runs and crawls neither begin nor end."""
    return app_in(tmp_path)


@pytest.fixture
def impatient_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """The same, which waits for nobody who holds the file of its state."""
    monkeypatch.setattr("local_glue.store.BUSY_SECONDS", 0.01)
    return app_in(tmp_path)
