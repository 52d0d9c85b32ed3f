"""What the DAG needs to know of the place it runs in, read once from the environment.

On AWS the MWAA start-up script exports these variables; on this machine `make up` does. Nothing here
looks into Airflow Variables or Connections, so parsing the DAG needs neither database nor network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

NO_SCHEDULE = ("", "none")


@dataclass(frozen=True)
class DagSettings:
    """Where the data is, how often to look for it, and how patient to be."""

    bucket: str
    topic_arn: str
    alert_email: str = ""
    """Addresses that get alerts by SMTP, too, separated by commas."""
    crawler: str = "music_streams_crawler"
    name_prefix: str = ""
    """What the names of the Glue jobs begin with, where several environments share an account."""
    ledger_table: str = "FileValidationMetadata"
    schedule: str | None = "*/5 * * * *"
    retries: int = 2
    retry_delay: timedelta = timedelta(seconds=60)
    step_timeout: timedelta = timedelta(minutes=180)
    poll_seconds: float = 30.0

    @property
    def polls_per_step(self) -> int:
        """How often a deferred step is looked at before it counts as hung."""
        return math.ceil(self.step_timeout.total_seconds() / self.poll_seconds)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> DagSettings:
        """Read every MUSIC_STREAMS_* variable; the bucket and the topic have no default.

        Raises:
            ValueError: names the variable, what was expected and what was found. Airflow shows it as
                the DAG's import error.
        """
        schedule = environ.get("MUSIC_STREAMS_SCHEDULE", cls.schedule or "").strip()
        return cls(
            bucket=_required(environ, "MUSIC_STREAMS_BUCKET"),
            topic_arn=_required(environ, "MUSIC_STREAMS_TOPIC_ARN"),
            alert_email=environ.get("MUSIC_STREAMS_ALERT_EMAIL", cls.alert_email).strip(),
            crawler=environ.get("MUSIC_STREAMS_CRAWLER", cls.crawler),
            name_prefix=environ.get("MUSIC_STREAMS_NAME_PREFIX", cls.name_prefix),
            ledger_table=environ.get("MUSIC_STREAMS_LEDGER_TABLE", cls.ledger_table),
            schedule=None if schedule.lower() in NO_SCHEDULE else schedule,
            retries=int(_number(environ, "MUSIC_STREAMS_RETRIES", cls.retries, at_least=0)),
            retry_delay=timedelta(
                seconds=_number(environ, "MUSIC_STREAMS_RETRY_DELAY_SECONDS", 60, at_least=0)
            ),
            step_timeout=timedelta(
                minutes=_number(environ, "MUSIC_STREAMS_STEP_TIMEOUT_MINUTES", 180, at_least=1)
            ),
            poll_seconds=_number(environ, "MUSIC_STREAMS_POLL_SECONDS", cls.poll_seconds, at_least=0.1),
        )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ValueError(
            f"{name} is not set, and the DAG has no default for it. "
            "Start Airflow with `make up`, or export it in the MWAA start-up script."
        )
    return value


def _number(environ: Mapping[str, str], name: str, default: float, at_least: float) -> float:
    text = environ.get(name, "").strip()
    try:
        value = float(text) if text else float(default)
    except ValueError:
        value = math.nan
    if not value >= at_least or math.isinf(value):
        raise ValueError(
            f"{name} must be a number of at least {at_least}, found {text!r}. Correct it and restart."
        )
    return value
