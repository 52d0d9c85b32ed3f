"""What was delivered before: such a file is processed again, and nothing of it is counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glue_sandbox.sample_data.content import is_same_content
from glue_sandbox.terminal.words import counted
from music.deliveries.upload import Delivery
from music.runs.names import run_id_of
from music_streams.contracts import LEDGER_KEY, STREAMS
from music_streams.ledger import FAILED

MOST_NAMED = 3
NOT_TWICE = "its rows are here already, and no listen is counted twice"
ADDS = "its new listens are added to those of the earlier file, and none is counted twice"


@dataclass(frozen=True)
class Earlier:
    """A file whose key a run had before."""

    delivery: Delivery
    run_id: str
    """The latest run that had it."""
    is_same: bool
    """Whether it has the same content."""
    error: str
    """Why it was refused then; empty if it was not."""


def delivered_before(deliveries: Sequence[Delivery], ledger: Sequence[Mapping[str, Any]]) -> list[Earlier]:
    """Return those that have a row in the ledger, in their order; songs and users files if they are the same.

    Another one of these replaces what is there, which is told elsewhere.
    """
    rows = {str(row[LEDGER_KEY]): row for row in ledger}
    found = [_earlier(each, rows[each.key]) for each in deliveries if each.key in rows]
    return [each for each in found if each.is_same or each.delivery.kind == STREAMS.kind]


def _earlier(delivery: Delivery, row: Mapping[str, Any]) -> Earlier:
    there = {"ContentLength": int(row["size"]), "ETag": str(row["etag"])}
    error = str(row.get("error", "")) if row.get("validation_status") == FAILED else ""
    return Earlier(delivery, run_id_of(str(row["batch_id"])), is_same_content(delivery.path, there), error)


def lines_about(earlier: Sequence[Earlier]) -> Iterator[str]:
    """Yield what is said of them before they are delivered again: of few each, of many how many they are."""
    if len(earlier) <= MOST_NAMED:
        yield from map(_line_about, earlier)
        return

    streams = [each for each in earlier if each.delivery.kind == STREAMS.kind]
    same = [each for each in streams if each.is_same]
    others = [each for each in streams if not each.is_same]
    for files, content, follows in (
        (same, "the same content", "what was refused is refused again, and no listen is counted twice"),
        (others, "other content", "new listens are added, and none is counted twice"),
    ):
        if files:
            runs = {each.run_id for each in files}
            where = f"run {runs.pop()}" if len(runs) == 1 else counted(len(runs), "run")
            what = f"{counted(len(files), 'stream file')} {'was' if len(files) == 1 else 'were'}"
            yield f"{what} delivered before, with {content}, in {where}: {follows}"


def _line_about(earlier: Earlier) -> str:
    name = earlier.delivery.path.name
    if earlier.delivery.kind != STREAMS.kind:
        return f"{name} is here already, with the same content: nothing changes"
    content = "the same content" if earlier.is_same else "other content"
    return f"{name} was delivered before, with {content}, in run {earlier.run_id}: {_what_follows(earlier)}"


def _what_follows(earlier: Earlier) -> str:
    if earlier.error and earlier.is_same:
        return f"it was refused ({earlier.error}), and will be again unless the rules have changed"
    return NOT_TWICE if earlier.is_same else ADDS
