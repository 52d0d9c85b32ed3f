"""How the ledger asks for many rows at once; what it writes is proven against DynamoDB's API."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from unit.fake_s3 import client_error

from music_streams import batch_writer
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.ledger import Ledger

TABLE = "ledger"
FILES = [DeliveredFile(f"{number}.csv", "e1", 5, "2024-06-25T17:43:13Z", "streams") for number in range(250)]


class Table:
    """A table that answers at most so many keys a request, and refuses transactions with an error."""

    def __init__(self, most: int = 100, refusal: str = "") -> None:
        self._most = most
        self._refusal = refusal
        self.asked: list[int] = []
        self.changed: list[int] = []

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        keys = RequestItems[TABLE]["Keys"]
        assert RequestItems[TABLE]["ConsistentRead"]
        self.asked.append(len(keys))
        rest = {TABLE: {**RequestItems[TABLE], "Keys": keys[self._most :]}} if keys[self._most :] else {}
        return {"Responses": {TABLE: keys[: self._most]}, "UnprocessedKeys": rest}

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        if self._refusal:
            raise client_error(self._refusal, "TransactWriteItems")
        self.changed.append(len(TransactItems))

    def update_item(self, **_: Any) -> None:
        self.changed.append(1)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_writer, "sleep", lambda _: None)


def ledger_of(table: Table) -> Ledger:
    return Ledger(table, TABLE, "b1")  # type: ignore[arg-type]


def test_rows_that_a_table_did_not_answer_for_are_asked_for_again() -> None:
    table = Table(most=60)
    found = ledger_of(table).rows_of(file.key for file in FILES)
    assert found.keys() == {file.key for file in FILES}
    assert sorted(table.asked) == [40, 40, 50, 100, 100]


def test_a_table_that_answers_for_nothing_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="expected ledger to answer"):
        ledger_of(Table(most=0)).rows_of(["a.csv"])


def test_rows_change_by_the_hundred_and_one_by_itself() -> None:
    table = Table()
    ledger_of(table).archived(FILES[:201])
    assert sorted(table.changed) == [1, 100, 100]


@pytest.mark.parametrize("refusal", ["TransactionCanceledException", "TransactionConflictException"])
def test_what_cannot_change_together_changes_row_by_row(refusal: str) -> None:
    table = Table(refusal=refusal)
    ledger_of(table).ingested(FILES[:3])
    assert table.changed == [1, 1, 1]


def test_a_transaction_that_is_denied_fails() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        ledger_of(Table(refusal="AccessDenied")).ingested(FILES[:3])
