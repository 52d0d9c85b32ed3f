"""What every job does first: read its options, and find its clients in the environment."""

import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import boto3
from awsglue.utils import getResolvedOptions
from botocore.config import Config

from music_streams import layout

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

REQUIRED = ("bucket", "batch_id", "ledger_table")
THREADS = 16

Item = TypeVar("Item")
Result = TypeVar("Result")


class JobError(RuntimeError):
    """The job can't do its work; the message is the last line of its log: expected, found, next step."""


@dataclass(frozen=True)
class JobSettings:
    """A job's options, resolved once."""

    bucket: str
    batch_id: str
    ledger_table: str
    landing_prefix: str = layout.LANDING_PREFIX
    extra: "dict[str, str]" = field(default_factory=dict)


def settings(argv: "list[str]", **extra: str) -> JobSettings:
    """The options every job knows, and `extra` ones with their defaults.

    `getResolvedOptions` insists on each option it is asked for, so optional ones are asked for only when
    they were given.
    """
    optional = {"landing_prefix": layout.LANDING_PREFIX, **extra}
    given = [name for name in optional if any(arg.split("=")[0] == f"--{name}" for arg in argv)]
    options = getResolvedOptions(argv, [*REQUIRED, *given])
    chosen = {name: str(options.get(name, default)) for name, default in optional.items()}
    return JobSettings(
        options["bucket"],
        layout.checked_batch_id(options["batch_id"]),
        options["ledger_table"],
        chosen.pop("landing_prefix"),
        chosen,
    )


def clients() -> "tuple[S3Client, DynamoDBClient]":
    """S3 and DynamoDB, where and as whom the environment says."""
    config = Config(max_pool_connections=2 * THREADS, retries={"mode": "standard", "max_attempts": 8})
    return boto3.client("s3", config=config), boto3.client("dynamodb", config=config)


def in_threads(work: "Callable[[Item], Result]", items: "Iterable[Item]") -> "list[Result]":
    """Do independent network-bound work side by side; results in order, the first error is raised."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))


def say(message: str, **counts: Any) -> None:
    """One progress line, flushed so that it is seen while the job runs."""
    figures = ", ".join(f"{name}={value}" for name, value in counts.items())
    sys.stdout.write(f"{message}: {figures}\n" if figures else f"{message}\n")
    sys.stdout.flush()
