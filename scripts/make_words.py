"""What people type for the targets and variables of the Makefile, and what these are given as an example."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Words of other tools for a target.
TARGETS_MEANT: dict[str, tuple[str, ...]] = {
    "start": ("up",),
    "stop": ("down",),
    "quit": ("down",),
    "restart": ("down", "up"),
    "list": ("help",),
    "commands": ("help",),
    "ps": ("status",),
    "install": ("setup",),
    "upload": ("seed",),
    "deliver": ("seed",),
}
# Words for a variable; of those behind it, the ones that the target takes are meant.
VARIABLES_MEANT: dict[str, tuple[str, ...]] = {
    "DAY": ("DATE", "FROM", "TO"),
    "DATE": ("FROM", "TO"),
    "SINCE": ("FROM",),
    "START": ("FROM",),
    "UNTIL": ("TO",),
    "END": ("TO",),
    "PATH": ("FILE",),
    "FOLDER": ("FILE",),
    "NAME": ("JOB", "IMAGE"),
    "SERVICE": ("S",),
    "COUNT": ("N", "ROWS"),
}
# What a word after a target stands for.
VARIABLE_OF_TARGET = {
    "seed": "FILE",
    "kpis": "DATE",
    "run": "JOB",
    "logs": "S",
    "shell": "S",
    "images": "IMAGE",
    "bench": "PART",
    "history": "LOGS",
    "rejected": "RUN",
    "bookmark-show": "JOB",
    "bookmark-set": "JOB",
    "bookmark-reset": "JOB",
    "test": "SUITES",
    "permissions": "POLICY",
    "plan": "TARGET",
    "promote": "PLAN",
    "releases": "TARGET",
    "rollback": "RELEASE",
}
RUN_ID = re.compile(r"jr_|(scheduled|manual|s3)__")
# Values that may hold blanks, which a shell ends them at.
MAY_HOLD_BLANKS = ("FILE", "ARGS", "LOGS", "PLAN", "POLICY", "SUITES")
# What stands behind the name of a variable that was typed without a value; a flag is 1.
EXAMPLES = {
    "FILE": "my.csv",
    "DATE": "2024-06-25",
    "FROM": "2024-06-25",
    "TO": "2024-06-25",
    "ROWS": "1000",
    "DAYS": "7",
    "N": "20",
    "JOB": "calculate_metrics_etl",
    "ARGS": "--batch_id x",
    "S": "glue",
    "IMAGE": "glue",
    "SUITES": "unit",
    "TARGET": "dev",
}


def variables_meant(value: str, target: str, options: Sequence[str]) -> list[str]:
    """Return the variables that a value after a target is meant for, by what it looks like."""
    if re.fullmatch(r"\d+", value):
        likely = [name for name in ("N", "ROWS") if name in options]
    elif re.match(r"\d{4}-\d", value):
        likely = [name for name in ("DATE", "FROM", "TO") if name in options]
    else:
        likely = ["RUN"] if RUN_ID.match(value) and "RUN" in options else []
    usual = VARIABLE_OF_TARGET.get(target)
    return likely or ([usual] if usual else [])
