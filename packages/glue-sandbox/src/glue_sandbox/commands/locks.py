"""`glue-sandbox locks`."""

from __future__ import annotations

from glue_sandbox.settings import load_settings

EXAMPLE = "make locks"


def locks() -> None:
    """Resolve locks/*.in anew into locks/*.txt, with hashes. The next command installs what changed."""
    from glue_sandbox.dev.checks import compile_locks

    compile_locks(load_settings())
