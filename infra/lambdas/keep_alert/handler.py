"""SNS -> DynamoDB: keeps what people are told of the pipeline, so that the dashboard can show it.

One item per message: its topic, subject, and text as a person reads it; gone after KEPT_DAYS. SNS may deliver
a message twice: the key is the message's own, so that it is kept once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from .texts import readable_subject, readable_text

KEPT_DAYS = 90
LONGEST_TEXT = 100_000  # characters; an item of DynamoDB holds 400 KB
CONFIG = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}, proxies={}
)


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Keep the messages of one event of SNS."""
    for record in event["Records"]:
        _dynamodb().put_item(TableName=os.environ["ALERTS"], Item=item_of(record["Sns"]))


def item_of(message: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return SNS's message as an item."""
    at = str(message["Timestamp"])
    ends = int(datetime.fromisoformat(at).timestamp()) + KEPT_DAYS * 24 * 3600
    return {
        "list": {"S": "alerts"},
        "at_and_id": {"S": f"{at}#{message['MessageId']}"},
        "topic": {"S": str(message["TopicArn"]).rpartition(":")[2]},
        "subject": {"S": readable_subject(message.get("Subject") or "")},
        "text": {"S": readable_text(str(message["Message"]))[:LONGEST_TEXT]},
        "expires_at": {"N": str(ends)},
    }


@cache
def _dynamodb() -> Any:
    return boto3.client("dynamodb", config=CONFIG)
