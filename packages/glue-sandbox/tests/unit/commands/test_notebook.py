"""`glue-sandbox notebook` starts JupyterLab as it lets itself be started."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glue_sandbox.notebooks.jupyter import lab_options


@pytest.mark.parametrize(("user", "allowed"), [(0, ["--allow-root"]), (1000, [])])
def test_it_listens_here_only_and_ends_by_one_ctrl_c(
    user: int, allowed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    here = ["--ServerApp.ip=127.0.0.1", "--ServerApp.root_dir=/notebooks", "--no-browser"]
    # This flag has no long name: with --answer-yes it does not start.
    assert lab_options(Path("/notebooks")) == [*here, "-y", *allowed]
