"""How the audit's disagreements are told to people."""

from __future__ import annotations

from decimal import Decimal

import pytest

from music.audit import report
from music.audit.checks import RECOUNTS
from music.audit.checks.disagreement import Disagreement
from music.audit.checks.tables import recount_of
from music.audit.snapshot import AuditSnapshot
from music_streams.contracts import MUSIC_STREAMING_KPIS

KEY = {"listen_date": "2024-06-25", "kpi_type": "DAY"}


def test_of_many_of_a_kind_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    same = Disagreement("a.csv", "one", "two", "make runs")
    report.show(AuditSnapshot(objects={}, batches=(), ledger={}), {"a_check": [same] * 7})
    said = capsys.readouterr().out
    assert said.count("  a.csv\n") == 5
    assert "  … and 2 more: make -s audit JSON=1\n" in said


@pytest.mark.parametrize(("check", "is_said"), [(next(iter(RECOUNTS)), True), ("a_check", False)])
def test_who_changed_a_rule_of_a_job_reads_that_the_audit_has_its_own(
    capsys: pytest.CaptureFixture[str], check: str, is_said: bool
) -> None:
    one = Disagreement("DAY", "3", "1", "make recompute FROM=2024-06-25 TO=2024-06-25")
    report.show(AuditSnapshot(objects={}, batches=(), ledger={}), {check: [one]})
    assert ("by rules of its own" in capsys.readouterr().out) is is_said


@pytest.mark.parametrize(
    ("found", "told"), [(Decimal("2.0"), "2"), (Decimal("0.5"), "0.5"), ([{"n": Decimal(2)}], "[{'n': 2}]")]
)
def test_whole_numbers_are_told_as_such(found: object, told: str) -> None:
    name = MUSIC_STREAMING_KPIS.name
    snapshot = AuditSnapshot(
        objects={},
        batches=(),
        ledger={},
        items={name: [{**KEY, "listen_count": found}]},
        recounted={name: [{**KEY, "listen_count": 1}]},
    )
    (disagreement,) = recount_of(MUSIC_STREAMING_KPIS)(snapshot)
    assert disagreement.found == f"listen_count {told}"
