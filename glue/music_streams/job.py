"""What every job does first: read its options, and open its batch with clients from the environment."""

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from awsglue.utils import getResolvedOptions
from botocore.config import Config

from music_streams import layout, storage
from music_streams.batch import Batch
from music_streams.contracts import METRICS_NAMESPACE
from music_streams.ledger import Ledger
from music_streams.threads import THREADS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

REQUIRED = ("bucket", "batch_id", "ledger_table")
METRIC_NAMESPACE = "metric_namespace"


class JobError(RuntimeError):
    """The job can't do its work; the message is the last line of its log: expected, found, next step."""


@dataclass(frozen=True)
class JobSettings:
    """A job's options, resolved once."""

    bucket: str
    batch_id: str
    ledger_table: str
    extra: "dict[str, str]" = field(default_factory=dict)
    metric_namespace: str = METRICS_NAMESPACE


def settings(argv: "list[str]", **extra: str) -> JobSettings:
    """Return the options every job knows, and `extra` ones with their defaults.

    The batch id may be given as Airflow spells the run's.

    `getResolvedOptions` insists on each option it is asked for, so optional ones are asked for only when
    they were given.

    Raises:
        ValueError: the batch id cannot stand in a key.
    """
    extra = {METRIC_NAMESPACE: METRICS_NAMESPACE, **extra}
    given = [name for name in extra if any(arg.split("=")[0] == f"--{name}" for arg in argv)]
    options = getResolvedOptions(argv, [*REQUIRED, *given])

    chosen = {name: str(options.get(name, default)) for name, default in extra.items()}
    return JobSettings(
        options["bucket"],
        layout.checked_batch_id(layout.batch_id_of(options["batch_id"])),
        options["ledger_table"],
        metric_namespace=chosen.pop(METRIC_NAMESPACE),
        extra=chosen,
    )


def open_batch(options: JobSettings) -> "tuple[Batch, DynamoDBClient]":
    """Return the batch the options name, and the client for other tables than its ledger."""
    s3, dynamodb = clients()
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    return Batch(s3, options.bucket, options.batch_id, ledger), dynamodb


def clients() -> "tuple[S3Client, DynamoDBClient]":
    """Return clients of S3 and DynamoDB, where and as whom the environment says."""
    config = Config(max_pool_connections=2 * THREADS, retries={"mode": "standard", "max_attempts": 8})
    s3 = boto3.client("s3", config=config)
    storage.know_conditional_deletes(s3)

    # The contracts make every item: looking through each of its values again is a third of the loader's work.
    unchecked = config.merge(Config(parameter_validation=False))
    return s3, boto3.client("dynamodb", config=unchecked)


def say(message: str, **counts: Any) -> None:
    """Print one progress line, flushed so that it is seen while the job runs.

    It is one line whatever the names in it hold: a key with a line break writes no line of its own.
    """
    figures = ", ".join(f"{name}={value}" for name, value in counts.items())
    line = f"{message}: {figures}" if figures else message
    sys.stdout.write("".join(c if c.isprintable() else repr(c)[1:-1] for c in line) + "\n")
    sys.stdout.flush()
