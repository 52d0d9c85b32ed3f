"""The Lambda function that keeps alerts: what becomes of a message; its text is that of make alerts."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import pytest
from botocore.exceptions import ClientError
from deliveries import ROOT

from glue_sandbox.published import Published
from music.alerts import readable, subject

sys.path.append(str(ROOT / "infra" / "lambdas"))
keep_alert = importlib.import_module("keep_alert.handler")
texts = importlib.import_module("keep_alert.texts")

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


def test_a_message_that_cannot_be_kept_fails_the_call_so_that_it_comes_again(table: Table) -> None:
    table.fails = ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "PutItem")
    with pytest.raises(ClientError):
        keep_alert.handler({"Records": [{"Sns": MESSAGE}]}, None)


ALARM = {"AlarmName": "a", "NewStateValue": "ALARM", "NewStateReason": "r", "AlarmDescription": "d"}
SENT = [
    "Why: a\nNext: b",
    '"Why: a "b" c"\n"Next: d"',
    'Why: a"\n"Next: d',
    '{"no": "alarm"}',
    "{no json",
    json.dumps(ALARM),
    json.dumps({**ALARM, "NewStateValue": "OK"}),
    "",
]


@pytest.mark.parametrize("text", SENT)
def test_the_text_is_that_of_make_alerts(text: str) -> None:
    assert texts.readable_text(text) == readable(text)


@pytest.mark.parametrize("sent", ["EventBridge Notification", "x failed", ""])
def test_the_subject_is_that_of_make_alerts(sent: str) -> None:
    assert texts.readable_subject(sent) == subject(Published(at="", topic="", subject=sent, text=""))
