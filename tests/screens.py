"""Screens of commands, kept as text: what a user sees at a width of the terminal."""

from __future__ import annotations

import os
from pathlib import Path

KEPT = Path(__file__).parent / "screens"


def compare_with_kept(name: str, screen: str) -> None:
    """Compare a screen with the one that is kept; `KEEP_SCREENS=1 make test-unit` keeps the new ones."""
    path = KEPT / f"{name}.txt"
    text = "".join(f"{line.rstrip()}\n" for line in screen.splitlines())
    if os.environ.get("KEEP_SCREENS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"another screen than {path}"
