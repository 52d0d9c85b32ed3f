"""What became of a delivery, in a few lines: what is new, what is bad and why, and what to type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from glue_sandbox.terminal.words import counted
from music_streams.contracts import LEDGER_KEY
from music_streams.ledger import FAILED

WORDS = {"field_count": "wrong number of fields", "not_utf8": "not UTF-8", "not_csv": "not CSV"}
"""Names of reasons that do not say it by themselves."""


def outcome_lines(
    rows: Sequence[Mapping[str, Any]],
    command: str,
    on_purpose: str = "",
    delivered_again: Collection[str] = (),
) -> Iterator[str]:
    """Yield what became of stream files, by their rows in the ledger, and what to type to see it.

    `command` shows their KPIs. `on_purpose` says why some were refused, or rows rejected, where that was to
    be. Of the keys in `delivered_again`, the same content was here: the ledger counts what was new with its
    first delivery.
    """
    refused = [row for row in rows if row.get("validation_status") == FAILED]
    good = [row for row in rows if row.get("validation_status") != FAILED]
    if good:
        files = counted(len(good), "stream file")
        yield f"[green]✓[/] {files} processed: {_new(good, delivered_again)}; see the KPIs: {command}"
    if refused:
        why = _in_words(Counter(str(row.get("error", "")).partition(":")[0] for row in refused))
        files = counted(len(refused), "stream file")
        yield f"[yellow]✗[/] {files} refused as a whole: {why}; see each: make rejected"

    reasons: Counter[str] = Counter()
    for row in good:
        reasons.update({name: int(count) for name, count in (row.get("rejected_reasons") or {}).items()})
    if reasons:
        what = counted(reasons.total(), "row")
        yield f"[yellow]✗[/] {what} rejected: {_in_words(reasons)}; see each: make rejected"
    if on_purpose and (refused or reasons):
        yield f"  {on_purpose}"


def _new(rows: Sequence[Mapping[str, Any]], delivered_again: Collection[str]) -> str:
    firsts = [row for row in rows if row.get(LEDGER_KEY) not in delivered_again]
    new = sum(int(row.get("new_listens") or 0) for row in firsts)
    again = sum(int(row.get(name) or 0) for row in rows for name in ("new_listens", "duplicate_rows")) - new
    what = counted(new, "new listen") if new else "no new listen"
    return what + (f", {counted(again, 'row')} here already or twice in it" if again else "")


def _in_words(reasons: Counter[str]) -> str:
    return ", ".join(
        f"{count:,} {WORDS.get(name, name.replace('_', ' ')) or 'unknown'}"
        for name, count in reasons.most_common()
    )
