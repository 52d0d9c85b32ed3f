"""`python -m glue_sandbox.permissions`: the report of `glue-sandbox permissions`, in the environment `dev`.

Reads the recorded calls from its input, as their files have them.
"""

from __future__ import annotations

import json
import sys

from glue_sandbox.terminal.sign_of_life import SignOfLife

if __name__ == "__main__":  # before the imports, which take a while
    SignOfLife("permissions").begin()

from glue_sandbox.errors import SandboxError
from glue_sandbox.permissions.project_roles import project_roles, reasons_of
from glue_sandbox.permissions.report import compare_all, least_policy
from glue_sandbox.permissions.view import print_lines, report_lines
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out, show_error
from local_glue.calls.recorder import parse_records


def main(policy: str) -> int:
    """Print the report, or the least policy of one role; return 1 where a role has too much or too little.

    Raises:
        SandboxError: the templates have no role of that name.
    """
    settings = load_settings()
    records = set(parse_records(sys.stdin.read()))
    reports = compare_all(project_roles(settings), records)
    if policy:
        found = next((report for report in reports if report.role.logical_id == policy), None)
        if found is None:
            names = ", ".join(report.role.logical_id for report in reports)
            raise SandboxError(f"a role {policy} in the templates", f"only {names}", "name one of them")
        sys.stdout.write(json.dumps(least_policy(found.needed), indent=2) + "\n")
        return 0

    reasons = reasons_of(settings)
    print_lines(out, report_lines(reports, reasons, records))
    return int(any(report.faults(reasons) for report in reports))


if __name__ == "__main__":
    try:
        raise SystemExit(main("".join(sys.argv[1:])))
    except SandboxError as error:
        show_error(error)
        raise SystemExit(1) from None
