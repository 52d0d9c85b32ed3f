"""The gate: nothing is promoted but what the tests have proven, byte for byte.

`make test` leaves a proof of the content that it tested: suites, counts, what was skipped, versions. It is
found by the digest of the content, so that the least change to a job, a template or a DAG asks for tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.promote.content import Content

SUITES = ("unit", "service", "e2e")
FOLDER = "proofs"


def read_proof(home: Path, content: Content) -> dict[str, Any] | None:
    """Return what is proven of a content; None where nothing is."""
    file = home / FOLDER / f"{content.digest}.json"
    if not file.is_file():
        return None
    proof: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return proof


def write_proof(
    home: Path,
    digest: str,
    passed: Mapping[str, Iterable[Path]],
    left_out: str,
    versions: Mapping[str, str] | None = None,
) -> None:
    """Add the suites that passed to the proof of a content.

    Args:
        home: the folder of the sandbox's installations.
        digest: of the content as it was before and after the tests.
        passed: suite → pytest's reports of it (JUnit XML).
        left_out: what the caller left out, such as tests in containers; empty for nothing.
        versions: what the tests ran with, by package.
    """
    file = home / FOLDER / f"{digest}.json"
    before = json.loads(file.read_text(encoding="utf-8"))["suites"] if file.is_file() else {}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    suites = {
        suite: {"at": now, **_counts(reports), "left_out": left_out, "versions": dict(versions or {})}
        for suite, reports in passed.items()
    }
    with made_private():
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"digest": digest, "suites": before | suites}, indent=2)
        unfinished = file.with_suffix(".new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)


def _counts(reports: Iterable[Path]) -> dict[str, int]:
    total = {"tests": 0, "skipped": 0}
    for report in reports:
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314  # pytest's own file
            for name in total:
                total[name] += int(suite.attrib.get(name, 0))
    return total


def missing(proof: Mapping[str, Any] | None) -> list[str]:
    """Return what a whole proof lacks, in words; nothing for a whole one."""
    suites: Mapping[str, Any] = (proof or {}).get("suites", {})
    lacking = []
    for suite in SUITES:
        found = suites.get(suite)
        if found is None:
            lacking.append(f"{suite} tests of exactly this content")
        elif found["left_out"]:
            lacking.append(f"{suite} tests without {found['left_out']}")
        elif found["skipped"]:
            lacking.append(f"{found['skipped']} skipped {suite} tests")
    return lacking


def require_proof(home: Path, content: Content, reason: str) -> dict[str, Any] | None:
    """Return the content's whole proof; None where a reason is given to do without.

    Raises:
        SandboxError: something is not proven, and no reason was given; names it, and what proves it.
    """
    proof = read_proof(home, content)
    lacking = missing(proof)
    if not lacking:
        return proof
    if reason:
        return None
    raise SandboxError(
        "a whole proof of what is promoted",
        f"not proven: {', '.join(lacking)}",
        'make test, then repeat; or, for the record: FORCE="the reason"',
    )
