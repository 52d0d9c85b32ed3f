"""The sign of a step that ended early: a failure is one, Ctrl-C is none."""

from __future__ import annotations

import pytest

from glue_sandbox.terminal.console import out, step


@pytest.mark.parametrize(("error", "sign"), [(KeyboardInterrupt, "-"), (OSError, "✗")])
def test_it_tells_a_failure_from_ctrl_c(error: type[BaseException], sign: str) -> None:
    with out.capture() as shown, pytest.raises(error), step("Run with these files"):
        raise error
    assert shown.get().startswith(f"{sign} Run with these files (")
