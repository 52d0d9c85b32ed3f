"""GetPartitions: give a table's partitions, in pages."""

import zlib

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog.partitions.filter import compile_filter
from local_glue.catalog.partitions.partitions import find_partition, list_values
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table


def get_partitions(context: RequestContext, params: Json) -> Json:
    """Return the partitions by their values: all, those of an expression, those of one segment."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    # Only what is on the page is read whole: a table may have 10,000 partitions, and a filter leave one.
    values = list_values(context.documents, table)
    names = sorted(values)
    if params.get("Expression", "").strip():
        matches = compile_filter(params["Expression"], table["PartitionKeys"])
        names = [name for name in names if matches(values[name])]
    if "Segment" in params:
        names = _segment(names, params["Segment"])
    found, more = page(names, params, str)
    partitions = [find_partition(context.documents, table, values[name]) for name in found]
    output: Json = {"Partitions": [_shown(partition, params) for partition in partitions]}
    return output | more


def _segment(names: list[str], segment: Json) -> list[str]:
    """Cut the partitions into parts that hold each of them once, for clients that read in parallel."""
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    if number >= total:
        raise InvalidInputException(f"SegmentNumber must be less than TotalSegments {total}, found {number}.")
    return [name for name in names if zlib.crc32(name.encode()) % total == number]


def _shown(partition: Json, params: Json) -> Json:
    answer = to_response(partition, "Partition")
    if params.get("ExcludeColumnSchema") and "StorageDescriptor" in answer:
        answer["StorageDescriptor"] = {
            name: value for name, value in answer["StorageDescriptor"].items() if name != "Columns"
        }
    return answer
