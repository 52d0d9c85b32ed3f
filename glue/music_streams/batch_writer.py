"""Writes many items to DynamoDB: 25 a request, many requests at once, refused ones again."""

import random
import time
from typing import TYPE_CHECKING, Any

from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEMS_PER_REQUEST = 25
MAX_ATTEMPTS = 12
LONGEST_WAIT = 10.0


class WriteRefusedError(RuntimeError):
    """DynamoDB kept refusing items."""


def write(
    dynamodb: "DynamoDBClient", table: str, puts: "list[dict[str, Any]]", deletes: "list[dict[str, Any]]"
) -> None:
    """Put whole items and delete keys; each key must occur once.

    Raises:
        WriteRefusedError: the table took not everything, however often it was asked.
    """
    requests: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in puts]
    requests += [{"DeleteRequest": {"Key": key}} for key in deletes]
    batches = [requests[at : at + ITEMS_PER_REQUEST] for at in range(0, len(requests), ITEMS_PER_REQUEST)]
    in_threads(lambda batch: _write_batch(dynamodb, table, batch), batches)


def _write_batch(dynamodb: "DynamoDBClient", table: str, batch: "list[dict[str, Any]]") -> None:
    for attempt in range(MAX_ATTEMPTS):
        answer = dynamodb.batch_write_item(RequestItems={table: batch})  # type: ignore[dict-item]
        batch = list(answer.get("UnprocessedItems", {}).get(table, []))  # type: ignore[arg-type]
        if not batch:
            return
        # The table is over its capacity: AWS asks for growing, random waits before the rest is sent.
        time.sleep(min(LONGEST_WAIT, 0.05 * 2**attempt) * random.uniform(0.5, 1))  # noqa: S311
    raise WriteRefusedError(
        f"expected {table} to take all items, {len(batch)} refused {MAX_ATTEMPTS} times: run again"
    )
