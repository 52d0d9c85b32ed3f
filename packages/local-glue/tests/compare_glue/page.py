"""The page docs/glue-coverage.md: one row per check, one column per service."""

from __future__ import annotations

from importlib import import_module

from compare_glue.checks import CHECKS, outcome
from compare_glue.guests import GUESTS
from compare_glue.target import Target

for _questions in ("requests_and_jobs", "crawlers", "catalog"):  # in the order of the page
    import_module(f"compare_glue.{_questions}")


def page(targets: list[Target], versions_of: dict[str, str]) -> str:
    """Write the page."""
    head = [f"{target.name} {versions_of.get(target.name, '')}".strip() for target in targets]
    lines = [
        "# What works of the Glue API, here and elsewhere",
        "",
        "Made by `packages/local-glue/tests/compare_glue`, which asks each service the same by boto3;",
        "no cell is hand-made.",
        "`yes`: the check passed; else, what came instead. A `no` in the first column is a defect of ours.",
        "All operations here: `make glue-coverage`.",
    ]
    asked = {target.name for target in targets}
    lines += [f"{name} is not in the table: it was not run." for name in GUESTS if name not in asked]
    totals = {target.name: 0 for target in targets}
    group = ""
    for name, what, one in CHECKS:
        if name != group:
            group = name
            lines += ["", f"## {group}", "", "| |" + "".join(f" {text} |" for text in head)]
            lines.append("|---|" + "---|" * len(targets))
        cells = [outcome(one, target) for target in targets]
        for target, cell in zip(targets, cells, strict=True):
            totals[target.name] += cell == "yes"
        lines.append(f"| {what} |" + "".join(f" {cell} |" for cell in cells))
        print(what, cells, flush=True)
    lines += [
        "",
        "In all: " + ", ".join(f"{name} {count} of {len(CHECKS)}" for name, count in totals.items()) + ".",
    ]
    return "\n".join(lines) + "\n"
