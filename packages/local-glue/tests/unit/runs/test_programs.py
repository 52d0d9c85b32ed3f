"""Programs that are started by path stand where those that start them look for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_glue.runs.modules import environments
from local_glue.runs.process import process
from local_glue.runs.spark import awsglue_path, plan
from local_glue.runs.spark.drivers import warm_driver


@pytest.mark.parametrize(
    "program",
    [
        environments._INSTALL,
        process._GUARD,
        process._RUN_SCRIPT,
        plan._ATTACH,
        warm_driver._WARM_UP,
        awsglue_path._SHIM / "awsglue/context.py",
    ],
    ids=lambda program: program.name,
)
def test_a_program_is_where_it_is_looked_for(program: Path) -> None:
    assert program.is_file()
