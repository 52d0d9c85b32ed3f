"""How people read what a role has too much or too little."""

from __future__ import annotations

from glue_sandbox.permissions.granted import Role
from glue_sandbox.permissions.needed import Permission
from glue_sandbox.permissions.report import RoleReport
from glue_sandbox.permissions.view import print_lines, report_lines
from glue_sandbox.terminal.visible_text import VisibleConsole

GET = Permission("s3:GetObject", "arn:aws:s3:::b/*")


def said(*, needed: tuple[Permission, ...], unused: tuple[str, ...], reason: bool) -> list[str]:
    role = Role("JobsRole", "the-jobs", (), takers=("LoadJob",))
    report = RoleReport(role, needed, ("s3:GetObject",), unused, (), (), (), ())
    reasons = {"JobsRole": {"s3:GetObject": "for later"}} if reason else {}
    return [*report_lines([report], reasons, [])]


def test_a_role_that_was_used_and_is_least_is_called_so() -> None:
    lines = said(needed=(GET,), unused=(), reason=False)
    assert "JobsRole: 1 action needed, 1 pair of action and resource" in lines
    assert "  ✓ nothing is missing, and each grant was used or has a reason" in lines
    assert lines[-1] == "✓ no role has too much or too little, as far as it was used"


def test_of_a_role_that_nobody_used_it_is_not_said_that_nothing_is_missing() -> None:
    lines = said(needed=(), unused=("s3:GetObject",), reason=True)
    assert "  ✓ each grant has a reason; whether something is missing is not known" in lines
    assert "nothing is missing, and" not in "".join(lines)


def test_what_is_to_mend_is_counted_and_how_is_said() -> None:
    lines = said(needed=(GET,), unused=("s3:GetObject",), reason=False)
    assert lines[-1] == "✗ 1 to mend: in the templates, or by a reason for the grant"


def test_of_a_role_that_nobody_used_nothing_is_to_mend_and_what_would_use_it_is_named() -> None:
    *_, lines, what = said(needed=(), unused=("s3:GetObject",), reason=False)
    assert lines == "✓ no role has too much or too little, as far as it was used"
    assert what == (
        "not known yet, for nothing has used it: JobsRole (of LoadJob); use what works with it, then repeat"
    )


def test_a_line_goes_on_below_its_text_and_deeper_than_the_next_one_begins() -> None:
    narrow = VisibleConsole(width=40, force_terminal=True, highlight=False)
    lines = [
        "JobsRole: 1 action needed, 1 pair of action and resource",
        "  never used, on purpose: s3:GetObject: for later",
        "  ✗ s3:PutObject on arn:aws:s3:::b/* is missing",
        "",
    ]
    with narrow.capture() as shown:
        print_lines(narrow, lines)
    assert shown.get().splitlines() == [
        "JobsRole: 1 action needed, 1 pair of",
        "  action and resource",
        "  never used, on purpose:",
        "    s3:GetObject: for later",
        "  ✗ s3:PutObject on arn:aws:s3:::b/* is",
        "    missing",
        "",
    ]
