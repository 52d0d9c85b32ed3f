"""Which operations are built is read off the code, for people and for scripts."""

from __future__ import annotations

import json

from local_glue.api.coverage_text import as_json, as_text
from local_glue.api.glue_api_model import operation_names
from local_glue.api.registry import coverage


def test_the_text_has_every_operation_once_and_the_count() -> None:
    words = as_text().split()
    assert {name: words.count(name) for name in operation_names()} == dict.fromkeys(operation_names(), 1)
    count = f"{len(coverage().built)} of {len(operation_names())} operations are built"
    assert count in " ".join(words)


def test_the_text_is_as_wide_as_asked_for() -> None:
    lines = as_text(80).splitlines()
    assert max(map(len, lines)) <= 80


def test_scripts_get_it_as_json() -> None:
    groups = json.loads(as_json())
    assert "GetUnfilteredPartitionMetadata" in groups["Partitions"]["missing"]
    assert {name for group in groups.values() for name in group["built"]} == set(coverage().built)
