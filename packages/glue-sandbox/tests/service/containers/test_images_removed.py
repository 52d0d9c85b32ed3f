"""`clean` removes the images that were built here, and no other."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from container_support.containers import PREFIX, docker
from typer.testing import CliRunner

from glue_sandbox import cli
from glue_sandbox.docker.engine import Engine
from glue_sandbox.images import slim_images
from glue_sandbox.setup.needs import MARKER

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
EMPTY_ARCHIVE = "\0" * 1024


@pytest.fixture
def label(monkeypatch: pytest.MonkeyPatch) -> str:
    """The label of what was built here, for this test alone: the images of this machine stay."""
    mine = f"{PREFIX}-{uuid.uuid4().hex[:6]}.content"
    monkeypatch.setattr(slim_images, "CONTENT_LABEL", mine)
    return mine


@pytest.fixture
def two_images(label: str) -> Iterator[tuple[str, str]]:
    """An image with that label, and one without."""
    if not Engine().answers():
        pytest.skip("no image was removed: no Docker engine answers here")
    built, other = (f"{PREFIX}-{name}:1" for name in ("built", "other"))
    docker("import", "--change", f"LABEL {label}=1", "-", built, stdin=EMPTY_ARCHIVE)
    docker("import", "--change", f"LABEL {label}-not=1", "-", other, stdin=EMPTY_ARCHIVE)
    try:
        yield built, other
    finally:
        docker("image", "rm", "--force", built, other)


def test_clean_removes_the_images_that_were_built_here(
    two_images: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built, other = two_images
    home = tmp_path / "home"
    home.mkdir()
    (home / MARKER).touch()
    monkeypatch.delenv("SANDBOX_STATE", raising=False)
    with patch.dict(os.environ):  # which the command line makes its own, for its whole process
        done = CliRunner().invoke(
            cli.build_app(None), ["clean"], env={"SANDBOX_HOME": str(home), "MODE": "embedded"}
        )
    assert done.exit_code == 0, done.exception
    assert not Engine().exists(built)
    assert Engine().exists(other)
    assert not home.exists()
