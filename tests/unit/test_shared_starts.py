"""Files that share what is dear to start run in one process; all others go wherever one is free."""

from __future__ import annotations

import pytest
from deliveries import ROOT
from shared_starts import SHARED, process_of

FIXTURES = {
    "the Spark of scripts": "scripts: ScriptRunner",
    "a service with a warm driver": "warm_service: GlueService",
    "the Spark of jobs": "pipeline: Pipeline",
}
FILES = [
    path for owner in ("packages/*/tests", "tests") for path in ROOT.glob(f"{owner}/service/**/test_*.py")
]


@pytest.mark.parametrize("what", SHARED)
def test_every_file_with_a_fixture_is_in_the_process_that_starts_it(what: str) -> None:
    using = [path for path in FILES if FIXTURES[what] in path.read_text(encoding="utf-8")]
    assert len(using) > 2
    assert {process_of(path.relative_to(ROOT).as_posix()) for path in using} == {what}


def test_a_file_that_shares_nothing_is_by_itself() -> None:
    path = "packages/local-glue/tests/service/http/test_app.py"
    assert process_of(path) == path
