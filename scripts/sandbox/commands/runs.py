"""`sandbox runs`."""

from __future__ import annotations

from sandbox.settings import load_settings

EXAMPLE = "make runs"


def runs() -> None:
    """Show the latest runs; of those that are not done which step failed, why, and what happens next."""
    from sandbox.run_view import print_runs

    print_runs(load_settings())
