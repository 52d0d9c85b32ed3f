"""What of the deliveries no run has processed yet."""

from __future__ import annotations

from glue_sandbox.clients import s3
from glue_sandbox.settings import Settings
from music_streams.layout import landing_folder


def waiting_files(settings: Settings) -> list[str]:
    """Return the keys of stream files in landing that no run has processed."""
    pages = s3(settings).get_paginator("list_objects_v2")
    listing = pages.paginate(Bucket=settings.data_bucket, Prefix=landing_folder("streams"))
    keys = [each["Key"] for page in listing for each in page.get("Contents", [])]
    return [key for key in keys if not key.endswith("/")]


def all_processed(settings: Settings) -> bool:
    """Return whether no stream file waits in landing."""
    return not waiting_files(settings)
