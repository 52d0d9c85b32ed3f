"""Work that waits for others, the network or Spark, side by side."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, TypeVar

THREADS = 16

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(work: "Callable[[Item], Result]", items: "Iterable[Item]") -> "list[Result]":
    """Do independent work side by side; results in order.

    All of it is done even if some of it fails; then the first error is raised.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        started = [pool.submit(work, item) for item in items]
    return [each.result() for each in started]


def pieces(items: "Sequence[Item]", size: int) -> "list[Sequence[Item]]":
    """Return the items in pieces of that size; the last one may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]
