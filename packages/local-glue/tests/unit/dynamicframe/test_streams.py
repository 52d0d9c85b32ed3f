"""A table of the Data Catalog that is a stream is refused by its name, not read as files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_glue.dynamicframe.catalog import Table
from local_glue.dynamicframe.refusals import refuse_source, refused
from local_glue.dynamicframe.sinks.catalog import catalog_sink
from local_glue.dynamicframe.sources.catalog_table import catalog_source

ADVICE = "Instead read a sample of its records from files"
# typeOfData stands with the table or with its storage.
KINESIS = {
    "StorageDescriptor": {
        "Location": "clicks",
        "Columns": [{"Name": "id", "Type": "string"}],
        "Parameters": {
            "typeOfData": "kinesis",
            "streamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
        },
    },
    "Parameters": {"classification": "json"},
}
KAFKA = {
    "StorageDescriptor": {"Location": "orders", "Columns": [], "Parameters": {"topicName": "orders"}},
    "Parameters": {"classification": "json", "typeOfData": "Kafka", "connectionName": "msk"},
}


@pytest.fixture(autouse=True)
def _nothing_stays_refused() -> Iterator[None]:
    refused.clear()
    yield
    refused.clear()


@pytest.mark.parametrize(
    ("definition", "name"), [(KINESIS, "kinesis stream d.t"), (KAFKA, "kafka stream d.t")]
)
def test_a_table_of_a_stream_is_neither_read_nor_written(definition: dict[str, Any], name: str) -> None:
    context: Any = None
    table = Table("d", "t", definition)
    with pytest.raises(NotImplementedError, match=f"for '{name}' is not here. {ADVICE}"):
        catalog_source(context, table, "", "", {})
    with pytest.raises(NotImplementedError, match=f"for '{name}' is not here. Instead "):
        catalog_sink(context, table, {})
    assert len(refused) == 2


def test_other_tables_are_no_streams() -> None:
    kinds: tuple[dict[str, str], ...] = ({}, {"typeOfData": "file"}, {"typeOfData": "table"})
    assert [Table("d", "t", {"Parameters": kind}).stream for kind in kinds] == ["", "", ""]


@pytest.mark.parametrize("kind", ["kinesis", "Kafka"])
def test_a_connection_to_a_stream_names_what_to_use_instead(kind: str) -> None:
    with pytest.raises(NotImplementedError, match=f"for '{kind}' is not here. {ADVICE}"):
        refuse_source(kind)
