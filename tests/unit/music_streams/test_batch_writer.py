"""Every item arrives, also when the table is over its capacity."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from music_streams import batch_writer


class BusyTable:
    """Takes at most ten items a request and gives the others back."""

    def __init__(self, takes: int) -> None:
        self._takes, self._lock = takes, threading.Lock()
        self.sizes: list[int] = []
        self.requests: list[Any] = []

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        requests = RequestItems["t"]
        with self._lock:
            self.sizes.append(len(requests))
            self.requests += requests[: self._takes]
        rest = requests[self._takes :]
        return {"UnprocessedItems": {"t": rest} if rest else {}}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seen: list[float] = []
    monkeypatch.setattr("music_streams.batch_writer.sleep", seen.append)
    return seen


def write(table: Any, puts: int, deletes: int) -> None:
    batch_writer.write(
        table,
        "t",
        [
            *({"PutRequest": {"Item": {"k": {"S": f"p{n}"}}}} for n in range(puts)),
            *({"DeleteRequest": {"Key": {"k": {"S": f"d{n}"}}}} for n in range(deletes)),
        ],
    )


def test_no_more_requests_are_in_memory_than_are_under_way(waits: list[float]) -> None:
    table = BusyTable(takes=25)
    ahead: list[int] = []

    def requests() -> Iterator[dict[str, Any]]:
        for n in range(5_000):
            ahead.append(n - sum(table.sizes))
            yield {"PutRequest": {"Item": {"k": {"S": f"p{n}"}}}}

    batch_writer.write(cast(Any, table), "t", requests())
    assert len(table.requests) == 5_000
    assert max(ahead) <= 25 * (2 * batch_writer.WRITERS)


def test_items_go_in_requests_of_25(waits: list[float]) -> None:
    table = BusyTable(takes=25)
    write(table, puts=60, deletes=3)
    assert sorted(table.sizes) == [13, 25, 25]
    assert len([r for r in table.requests if "DeleteRequest" in r]) == 3
    assert waits == []


def test_what_the_table_gives_back_is_sent_again_after_growing_waits(waits: list[float]) -> None:
    table = BusyTable(takes=10)
    write(table, puts=25, deletes=0)
    assert table.sizes == [25, 15, 5]
    assert {r["PutRequest"]["Item"]["k"]["S"] for r in table.requests} == {f"p{n}" for n in range(25)}
    assert 0.025 <= waits[0] <= 0.05 <= waits[1] <= 0.1


def test_a_table_that_takes_nothing_fails_the_load(waits: list[float]) -> None:
    with pytest.raises(
        batch_writer.WriteRefusedError, match="expected t to take all items, 3 refused 12 times"
    ):
        write(BusyTable(takes=0), puts=3, deletes=0)


def test_nothing_to_write_asks_nothing(waits: list[float]) -> None:
    table = BusyTable(takes=25)
    write(table, puts=0, deletes=0)
    assert table.sizes == []
