"""Which run of Airflow a batch belongs to: people know runs by the names that Airflow shows."""

from __future__ import annotations

import re

from music_streams.layout import batch_id_of

TIME = re.compile(r"T(\d\d)(\d\d)(\d\d(?:\.\d+)?)_(\d\d)(\d\d)$")


def run_id_of(batch_id: str) -> str:
    """Return the id of the run whose batch this is, with the signs that keys in S3 do not like."""
    run_id = TIME.sub(r"T\1:\2:\3+\4:\5", batch_id)
    return run_id if batch_id_of(run_id) == batch_id else batch_id
