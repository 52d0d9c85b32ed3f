"""Prints the targets of the Makefile in groups, as wide as the terminal; `make help` calls it.

    python3 scripts/make_help.py Makefile

Any Python 3.7 or newer runs it: it comes before the set-up.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from pathlib import Path

NEWCOMERS = "New here? Type: make demo (KPIs in minutes, without Docker)"
OPTIONS = "Options are variables, as in make kpis ALL=1: those with -- are make's own."
WIDEST = 100
INDENT = " " * len("  make notebook-report ")


def main(makefile: str) -> None:
    """Print one entry per target; what does not fit its line goes on below, whole words each."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    print(NEWCOMERS)
    print(textwrap.fill(OPTIONS, width, initial_indent="  ", subsequent_indent="  "))
    for line in Path(makefile).read_text(encoding="utf-8").splitlines():
        group = re.match(r"##@ (.+)", line)
        target = re.match(r"([a-z0-9-]+):.*## (.+)", line)
        if group:
            print(f"\n{group[1]}")
        if target:
            print(entry(target[1], target[2], width))


def entry(target: str, text: str, width: int) -> str:
    """Return the lines of one target."""
    return textwrap.fill(
        text,
        width,
        initial_indent=f"  make {target}".ljust(len(INDENT)),
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
