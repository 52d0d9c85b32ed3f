"""What the stacks' SNS topics have published: taken from the sandbox's queue, kept in its state folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from glue_sandbox.clients import client
from glue_sandbox.deploy.emulator.topic_queue import QUEUE
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.settings import Settings

FILE = "published.jsonl"


class Published(BaseModel):
    """One message that subscribers of a topic would have got."""

    model_config = ConfigDict(frozen=True)

    at: str
    """ISO 8601, UTC."""
    topic: str
    """Name of the topic."""
    subject: str
    text: str


def read_published(settings: Settings) -> list[Published]:
    """Return all messages, oldest first; those in the queue are taken into the state folder."""
    path = settings.state / FILE
    sqs = client(settings, "sqs")

    with made_private(), path.open("a", encoding="utf-8") as file:
        for taken in _taken(sqs, _queue_url(sqs)):
            file.writelines(f"{each.model_dump_json()}\n" for each in taken)
            file.flush()

    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted((Published.model_validate_json(line) for line in lines), key=lambda each: each.at)


def of_notification(body: str) -> Published:
    """Return the message of SNS's envelope, as a queue gets it."""
    envelope = json.loads(body)
    return Published(
        at=envelope["Timestamp"],
        topic=envelope["TopicArn"].rpartition(":")[2],
        subject=envelope.get("Subject") or "",
        text=envelope["Message"],
    )


def _queue_url(sqs: Any) -> str:
    try:
        return str(sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"])
    except sqs.exceptions.QueueDoesNotExist:
        return ""  # the project has no topic


def _taken(sqs: Any, url: str) -> Iterator[list[Published]]:
    """Yield what is in the queue, some at a time; it is removed once the consumer comes for more."""
    while url:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            return
        yield [of_notification(message["Body"]) for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
