"""Which operations of the Glue API are built, for people and for scripts."""

import json
import textwrap

from local_glue.api.registry import coverage, coverage_by_group

_WIDTH = 110


def as_json() -> str:
    """Return the names of operations as JSON: group → `built` and `missing`."""
    groups = coverage_by_group().items()
    names = {name: {"built": part.built, "missing": part.missing} for name, part in groups}
    return json.dumps(names, indent=2)


def as_text(width: int = _WIDTH) -> str:
    """Return one paragraph per group of the API reference, and the count of all."""
    lines: list[str] = []
    for name, part in coverage_by_group().items():
        lines += ["", f"{name}: {len(part.built)} of {len(part.built) + len(part.missing)}"]
        if part.built:
            lines.append(_wrapped(part.built, "  ", width))
        if part.missing:
            lines.append(_wrapped(part.missing, "  not built: ", width))

    whole = coverage()
    count = f"{len(whole.built)} of {len(whole.built) + len(whole.missing)} operations are built"
    rest = "one file each in local_glue/operations/; the others answer an error that names them."
    lines += ["", textwrap.fill(f"{count}, {rest}", width)]
    return "\n".join(lines[1:])


def _wrapped(names: tuple[str, ...], heading: str, width: int) -> str:
    return textwrap.fill(" ".join(names), width, initial_indent=heading, subsequent_indent="  ")
