"""The Lambda function that keeps alerts: what becomes of a message."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from keep_alert import handler as keep_alert

MESSAGE = {
    "MessageId": "m-1",
    "TopicArn": "arn:aws:sns:us-east-1:000000000000:music_streams_alerts",
    "Subject": "it failed",
    "Message": "Why: a",
    "Timestamp": "2026-01-02T03:04:05.000Z",
}


class Table:
    """Keeps what is put into it; `fails` is raised instead."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.fails: Exception | None = None

    def put_item(self, **asked: Any) -> None:
        if self.fails:
            raise self.fails
        self.items.append(asked)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    found = Table()
    monkeypatch.setenv("ALERTS", "Alerts")
    monkeypatch.setattr(keep_alert, "_dynamodb", lambda: found)
    return found


def test_each_message_becomes_one_item(table: Table) -> None:
    keep_alert.handler({"Records": [{"Sns": MESSAGE}]}, None)
    item = {
        "list": {"S": "alerts"},
        "at_and_id": {"S": "2026-01-02T03:04:05.000Z#m-1"},
        "topic": {"S": "music_streams_alerts"},
        "subject": {"S": "it failed"},
        "text": {"S": "Why: a"},
        "expires_at": {"N": "1775099045"},
    }
    assert table.items == [{"TableName": "Alerts", "Item": item}]


def test_a_message_without_a_subject_and_one_that_is_too_long_are_kept(table: Table) -> None:
    item = keep_alert.item_of({**MESSAGE, "Subject": None, "Message": "é" * 200_000})
    assert (item["subject"], len(item["text"]["S"])) == ({"S": ""}, 100_000)


def test_a_message_is_kept_as_a_person_reads_it(table: Table) -> None:
    sent = {"Subject": "EventBridge Notification", "Message": '"Why: a"'}
    item = keep_alert.item_of({**MESSAGE, **sent})
    assert (item["subject"], item["text"]) == ({"S": ""}, {"S": "Why: a"})


def test_a_message_that_cannot_be_kept_fails_the_call_so_that_it_comes_again(table: Table) -> None:
    table.fails = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "PutItem")
    with pytest.raises(ClientError):
        keep_alert.handler({"Records": [{"Sns": MESSAGE}]}, None)
