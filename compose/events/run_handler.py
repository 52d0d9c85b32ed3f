"""Calls a Lambda function's handler with each notification of S3 or SNS in a queue, as Lambda would.

    HANDLER=package.module.function QUEUE_NAME=… python run_handler.py

For LocalStack, which has no place to run the function. A call that fails is repeated after the queue's
visibility timeout, twice, as Lambda does with events. An emulator that is away or answers wrongly is asked
again.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

TRIES = 3
PAUSE_SECONDS = 1.0
Handler = Callable[[dict[str, Any], None], Any]


def main() -> None:
    """Take events from the queue until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    module, _, name = os.environ["HANDLER"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    sqs = boto3.client("sqs")
    queue = sqs.get_queue_url(QueueName=os.environ["QUEUE_NAME"])["QueueUrl"]
    print(f"{os.environ['HANDLER']} is called for what arrives in {os.environ['QUEUE_NAME']}", flush=True)
    while True:
        try:
            take_events(sqs, queue, handler)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            print(f"the emulator: {error}; asked again in {PAUSE_SECONDS:.0f} s", file=sys.stderr, flush=True)
            time.sleep(PAUSE_SECONDS)  # nothing announces that it answers again


def take_events(sqs: Any, queue: str, handler: Handler) -> None:
    """Wait for the next notifications and call the handler; what was not deleted comes again."""
    answer = sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=20, AttributeNames=["ApproximateReceiveCount"]
    )
    for message in answer.get("Messages", []):
        if was_handled(handler, message):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def event_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return what Lambda would be called with: S3's notification as it is, SNS's in an event."""
    if body.get("Type") != "Notification":
        return body
    message = {"Subject": None, "MessageAttributes": {}, **body}
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": message}]}


def was_handled(handler: Handler, message: Mapping[str, Any]) -> bool:
    """Call the handler; False for a failure that is worth another try."""
    try:
        handler(event_of(json.loads(message["Body"])), None)
    except Exception:  # noqa: BLE001 - whatever it raises fails this call only, as on Lambda
        tries = int(message["Attributes"]["ApproximateReceiveCount"])
        traceback.print_exc()
        print(f"try {tries} of {TRIES} failed", file=sys.stderr, flush=True)
        return tries >= TRIES
    return True


if __name__ == "__main__":
    main()
