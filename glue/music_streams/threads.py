"""Work that waits for others, the network or Spark, side by side."""

from collections.abc import Iterable
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
