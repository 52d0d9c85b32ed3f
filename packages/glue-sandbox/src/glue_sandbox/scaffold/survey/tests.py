"""Tests of the repository, and whether pytest finds them by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from glue_sandbox.scaffold.survey.findings import Findings

TESTS = {"tests", "test"}
NAME = re.compile(r"^(test_.*|.*_test)\.py$")
CONFIGURATION = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def look_at_tests(root: Path, files: Sequence[Path], findings: Findings) -> None:
    """Add to the findings where tests are; pytest is told their folders unless its configuration does."""
    tests = [path.relative_to(root) for path in files if NAME.match(path.name)]
    tests = [path for path in tests if path.parts[0] not in ("dags", "plugins")]
    if not tests:
        return
    findings.tests = str(tests[0])
    folders = dict.fromkeys(
        path.parts[0] for path in tests if TESTS & {path.parts[0]} and len(path.parts) > 1
    )
    if len(folders) == 1 and not _names_tests(root):
        findings.tests_command = f"pytest {next(iter(folders))}"


def _names_tests(root: Path) -> bool:
    """Whether a configuration of pytest's says where the tests are."""
    found = [root / name for name in CONFIGURATION if (root / name).is_file()]
    return any("testpaths" in file.read_text(encoding="utf-8", errors="replace") for file in found)
