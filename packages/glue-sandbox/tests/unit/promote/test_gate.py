"""What a proof says, and what it lacks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.gate import SUITES, missing, read_proof, require_proof, write_proof

CONTENT: Any = SimpleNamespace(digest="0123456789abcdef")


def report(folder: Path, tests: int = 3, skipped: int = 0) -> Path:
    file = folder / f"{tests}-{skipped}.xml"
    file.write_text(f'<testsuites><testsuite tests="{tests}" skipped="{skipped}"/></testsuites>')
    return file


def test_a_whole_proof_lets_through(tmp_path: Path) -> None:
    passed = {suite: [report(tmp_path)] for suite in SUITES}
    write_proof(tmp_path, CONTENT.digest, passed, "", {"pyspark": "3.5.6"})
    proof = require_proof(tmp_path, CONTENT, "")
    assert proof
    assert proof["suites"]["unit"]["tests"] == 3
    assert proof["suites"]["e2e"]["versions"] == {"pyspark": "3.5.6"}


def test_suites_that_ran_apart_make_one_proof(tmp_path: Path) -> None:
    for suite in SUITES:
        assert missing(read_proof(tmp_path, CONTENT)) != []
        write_proof(tmp_path, CONTENT.digest, {suite: [report(tmp_path)]}, "")
    assert missing(read_proof(tmp_path, CONTENT)) == []


@pytest.mark.parametrize(
    ("skipped", "left_out", "lacking"),
    [(2, "", "2 skipped e2e tests"), (0, "containers", "e2e tests without containers")],
)
def test_what_was_skipped_or_left_out_is_not_proven(
    skipped: int, left_out: str, lacking: str, tmp_path: Path
) -> None:
    for suite in ("unit", "service"):
        write_proof(tmp_path, CONTENT.digest, {suite: [report(tmp_path)]}, "")
    write_proof(tmp_path, CONTENT.digest, {"e2e": [report(tmp_path, 5, skipped)]}, left_out)
    assert missing(read_proof(tmp_path, CONTENT)) == [lacking]
    with pytest.raises(SandboxError, match=lacking):
        require_proof(tmp_path, CONTENT, "")


def test_other_content_is_not_proven_by_it_but_a_reason_lets_through(tmp_path: Path) -> None:
    write_proof(tmp_path, "other", {suite: [report(tmp_path)] for suite in SUITES}, "")
    with pytest.raises(SandboxError, match="unit tests of exactly this content"):
        require_proof(tmp_path, CONTENT, "")
    assert require_proof(tmp_path, CONTENT, "production is down") is None
