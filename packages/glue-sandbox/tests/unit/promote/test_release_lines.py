"""The history of an environment, as people read it."""

from __future__ import annotations

from glue_sandbox.promote.releases import Entry, Manifest
from glue_sandbox.promote.view import release_lines


def release(name: str, **more: object) -> Manifest:
    fixed = {"digest": "d", "created_at": "", "created_by": "", "names": {}, "hashes": {}}
    return Manifest.model_validate({"id": name, "commit": "c0ffee", **fixed, **more})


def test_each_promotion_has_its_commit_and_its_proof_or_why_there_is_none() -> None:
    suites = {"unit": {"tests": 12}, "e2e": {"tests": 3}}
    manifests = {
        "r1": release("r1", proof={"suites": suites}),
        "r2": release("r2", commit="", note="the pager rang"),
    }
    entries = [
        Entry(release="r1", at="monday", by="ada"),
        Entry(release="r2", at="tuesday", by="bob"),
        Entry(release="r1", at="today", by="ada", is_way_back=True),
    ]
    assert [*release_lines(entries, manifests)] == [
        "→ r1  today  ada  (way back)",
        "    commit c0ffee; proven by 12 unit, 3 e2e tests",
        "  r2  tuesday  bob",
        "    commit unknown; promoted without a whole proof: the pager rang",
        "  r1  monday  ada",
        "    commit c0ffee; proven by 12 unit, 3 e2e tests",
    ]
