"""`glue-sandbox locks`."""

from __future__ import annotations

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def locks() -> None:
    """Resolve locks/*.in into locks/*.txt again, with hashes. The next command installs what changed."""
    from glue_sandbox.dev.locks import compile_locks

    compile_locks(load_settings())


COMMAND = Command(locks, example="make locks", environments=("uv",))
