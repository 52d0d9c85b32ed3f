"""Plans and releases, as people read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from glue_sandbox.promote.begun import Begun
from glue_sandbox.promote.changes import ResourceChange
from glue_sandbox.promote.plan import Plan
from glue_sandbox.promote.releases import Entry, Manifest
from glue_sandbox.terminal.words import counted

SIGNS = {"Add": "+", "Modify": "~", "Remove": "-", "Import": "+", "Dynamic": "?"}


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield the plan's lines."""
    goal = f"back to release {plan.release}" if plan.release else f"content {plan.digest}"
    yield f"Plan for {plan.environment}: account {plan.account_id}, {plan.region}; {goal}"
    yield f"There now: {plan.before or 'nothing was promoted to its end yet'}"
    if plan.unfinished:
        yield f"! {unfinished_words(plan.unfinished)}"
    if plan.is_empty:
        yield "Nothing would change."

    for title, changes in (("Code", plan.code), ("DAG folder", plan.dag_files)):
        if changes:
            yield ""
            yield title
            yield from (f"  {change.change:<8}{change.name}" for change in changes)

    for file in plan.airflow_files:
        yield ""
        yield f"Beside the DAG folder: {file.name} ({file.change})"
        yield from (f"  {line}" for line in file.lines)
    if plan.airflow_files and (new := next((stack for stack in plan.stacks if stack.is_new), None)):
        yield f"  what names outputs of stacks is decided when {new.stack} is there"

    for stack in plan.stacks:
        if stack.waits_for:
            yield ""
            yield f"Stack {stack.stack}: decided when {stack.waits_for} is there"
        elif stack.resources:
            yield ""
            yield f"Stack {stack.stack}{' (new)' if stack.is_new else ''}"
            yield from _resource_lines(stack.resources, is_new=stack.is_new)

    if plan.left_stacks:
        yield ""
        yield "No template of this content makes these stacks; they stay until somebody deletes them"
        yield from (f"  {stack}" for stack in plan.left_stacks)

    drifted = [(stack.stack, each) for stack in plan.stacks for each in stack.drift]
    if drifted:
        yield ""
        yield "Drift: not as its stack has made it"
        yield from (f"  {stack}: {each}" for stack, each in drifted)

    if plan.airflow:
        yield ""
        yield "Airflow is not as expected"
        yield from (f"  {each}" for each in plan.airflow)

    costly = [change for stack in plan.stacks for change in stack.resources if change.costs]
    if costly:
        yield ""
        yield "Changes what a month costs"
        yield from (f"  {change.logical_id}: {', '.join(change.costs)}" for change in costly)
    if plan.losses:
        yield ""
        yield "DATA WOULD BE LOST"
        yield from (f"  {each.logical_id} ({each.type}) {each.physical_id}".rstrip() for each in plan.losses)
    if not plan.is_empty:
        yield ""
        yield f"In all: {_in_all(plan)}"


def _in_all(plan: Plan) -> str:
    """How much would change, in one line."""
    changes = [change for stack in plan.stacks for change in stack.resources]
    replaced = sum(change.is_replaced for change in changes)
    modified = sum(change.action in ("Modify", "Dynamic") for change in changes) - replaced
    by_kind = {
        "to make": sum(change.action in ("Add", "Import") for change in changes),
        "to change": modified,
        "to replace": replaced,
        "to delete": sum(change.action == "Remove" for change in changes),
    }
    of_stacks = [f"{count} {words}" for words, count in by_kind.items() if count]
    waiting = sum(bool(stack.waits_for) for stack in plan.stacks)
    parts = [
        f"resources: {', '.join(of_stacks) or 'no change'}",
        *([f"{counted(waiting, 'stack')} decided on the way"] if waiting else []),
        f"{counted(len(plan.code), 'file')} of code, {len(plan.dag_files)} of the DAG folder",
        f"data of {counted(len(plan.losses), 'resource')} is lost" if plan.losses else "no data is lost",
    ]
    return "; ".join(parts)


def _resource_lines(changes: Sequence[ResourceChange], *, is_new: bool) -> Iterator[str]:
    if is_new:
        kinds = Counter(change.type.removeprefix("AWS::") for change in changes)
        yield "  + " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        return
    for change in changes:
        what = "replaced" if change.is_replaced else ", ".join(change.properties)
        kind = change.type.removeprefix("AWS::")
        yield f"  {SIGNS[change.action]} {change.logical_id} ({kind}) {what}".rstrip()


def release_lines(entries: Sequence[Entry], manifests: Mapping[str, Manifest]) -> Iterator[str]:
    """Yield the promotions, the latest first, each with what its release was made of and how it was proven.

    The first one is what is there.
    """
    for number, entry in enumerate(reversed(entries)):
        mark, manifest = "→" if number == 0 else " ", manifests[entry.release]
        yield f"{mark} {entry.release}  {entry.at}  {entry.by}{'  (way back)' if entry.is_way_back else ''}"
        yield f"    commit {manifest.commit or 'unknown'}; {proof_words(manifest)}"


def unfinished_words(begun: Begun) -> str:
    """Return that parts of a release may be there, and since when."""
    return (
        f"parts of {begun.release} may be there, too: its promotion by {begun.by} began at {begun.at} "
        "and has not ended (it is under way, was killed, or failed)"
    )


def proof_words(manifest: Manifest) -> str:
    """Return how a release was proven."""
    if manifest.proof is None:
        return f"promoted without a whole proof: {manifest.note}"
    counts = [f"{found['tests']} {name}" for name, found in manifest.proof["suites"].items()]
    return f"proven by {', '.join(counts)} tests"
