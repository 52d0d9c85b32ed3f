"""Spark's history server is started on a place that it can read, and on no other."""

from __future__ import annotations

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.history_server import must_be_a_place


@pytest.mark.parametrize("location", ["x", "bucket/spark-events/", "s3:/bucket", "s3:///"])
def test_a_place_that_cannot_be_read_is_refused_with_one_that_can(location: str) -> None:
    with pytest.raises(SandboxError) as refused:
        must_be_a_place(location)
    assert refused.value.found == f"LOGS={location}"
    assert refused.value.next_command == "make history LOGS=s3://my-bucket/spark-events/"


@pytest.mark.parametrize("location", ["s3://bucket/spark-events/", "s3a://bucket", "/"])
def test_addresses_in_s3_and_folders_are_places(location: str) -> None:
    must_be_a_place(location)
