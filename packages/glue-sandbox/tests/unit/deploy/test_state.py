"""What was deployed is kept in a file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from glue_sandbox.deploy.state import Deployed, DeployState, read_state, write_state
from glue_sandbox.settings import Settings


def test_the_state_is_its_owners_alone_also_where_files_are_open_to_all(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path / "state")
    written = DeployState(deployed=Deployed(bucket="b", artifact_bucket="a", outputs={"password": "p"}))
    before = os.umask(0)
    try:
        write_state(settings, written)
    finally:
        os.umask(before)
    assert read_state(settings) == written
    modes = {path.name: path.stat().st_mode & 0o777 for path in (settings.state, *settings.state.iterdir())}
    assert modes == {"state": 0o700, "deployed.json": 0o600}
