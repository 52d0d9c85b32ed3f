"""A script that imports what only AWS has is told so, and what to do."""

from __future__ import annotations

import pytest

from local_glue.runs.arguments.ignored_arguments import missing_module

MISSING = "ModuleNotFoundError: No module named '{}'"


@pytest.mark.parametrize(
    ("command", "module", "told"),
    [
        ("glueetl", "gs_derived", "gs_derived is a transform of Glue Studio"),
        ("glueetl", "my_gs_helper", ""),
        ("glueetl", "awswrangler", ""),
        ("pythonshell", "gs_derived", "library-set analytics is not the Python here"),
    ],
)
def test_each_kind_of_job_is_told_what_it_may_have_counted_on(command: str, module: str, told: str) -> None:
    lines = list(missing_module({"Definition": {"Command": {"Name": command}}}, {}, MISSING.format(module)))
    assert len(lines) == bool(told)
    assert told in "".join(lines)
