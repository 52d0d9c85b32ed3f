"""Writes any number of items to DynamoDB: 25 a request, several requests at once, refused ones again."""

import random
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEMS_PER_REQUEST = 25
WRITERS = 8
"""Requests under way. More gain nothing: putting a request together takes longer than waiting for it."""
MAX_ATTEMPTS = 12
LONGEST_WAIT_SECONDS = 10.0

Request = dict[str, Any]
"""`{"PutRequest": …}` or `{"DeleteRequest": …}`, as BatchWriteItem takes them."""


class WriteRefusedError(RuntimeError):
    """DynamoDB kept refusing items."""


def write(dynamodb: "DynamoDBClient", table: str, requests: "Iterable[Request]") -> None:
    """Put whole items and delete keys; each key must occur once.

    Requests are taken only as they can be sent, so that no more of them are in memory than are under way.

    Raises:
        WriteRefusedError: the table took not everything, however often it was asked.
    """
    with ThreadPoolExecutor(WRITERS) as pool:
        under_way: set[Future[None]] = set()
        for batch in _batches(requests):
            if len(under_way) > WRITERS:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                _raise_first(done)
            under_way.add(pool.submit(_write_batch, dynamodb, table, batch))
        _raise_first(under_way)


def _batches(requests: "Iterable[Request]") -> "Iterator[list[Request]]":
    remaining = iter(requests)
    while batch := list(islice(remaining, ITEMS_PER_REQUEST)):
        yield batch


def _raise_first(futures: "Iterable[Future[None]]") -> None:
    for future in futures:
        future.result()


def _write_batch(dynamodb: "DynamoDBClient", table: str, batch: "list[Request]") -> None:
    for _ in attempts():
        answer = dynamodb.batch_write_item(RequestItems={table: batch})  # type: ignore[dict-item]
        batch = list(answer.get("UnprocessedItems", {}).get(table, []))  # type: ignore[arg-type]
        if not batch:
            return

    raise WriteRefusedError(
        f"expected {table} to take all items, {len(batch)} refused {MAX_ATTEMPTS} times: run again"
    )


def attempts() -> "Iterator[int]":
    """Yield the numbers of attempts at a batch, with a wait between them.

    What is left of a batch is over the table's capacity: AWS asks for growing, random waits before the rest
    is sent.
    """
    for attempt in range(MAX_ATTEMPTS):
        yield attempt
        longest = min(LONGEST_WAIT_SECONDS, 0.05 * 2**attempt)
        sleep(longest * random.uniform(0.5, 1))  # noqa: S311
