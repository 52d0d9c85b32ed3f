"""DynamoDB's Query and GetItem over items in memory, as the KPI API calls them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from boto3.dynamodb.types import TypeSerializer

Item = dict[str, Any]
SORT_KEYS = ("track_genre", "kpi_type", "report_date", "at_and_id")
_typed = TypeSerializer().serialize


class FakeDynamoDB:
    """Tables of items by name; `fails` is raised by every call. Pages end after `page_items` items."""

    def __init__(self, tables: Mapping[str, Iterable[Item]], page_items: int = 1000) -> None:
        self.tables = {name: [_to_typed(item) for item in items] for name, items in tables.items()}
        self.page_items = page_items
        self.fails: Exception | None = None

    def get_item(self, TableName: str, Key: Item) -> Item:  # noqa: N803 - as boto3 names them
        if self.fails:
            raise self.fails
        found = [item for item in self.tables.get(TableName, []) if Key.items() <= item.items()]
        return {"Item": found[0]} if found else {}

    def query(self, **asked: Any) -> Item:
        if self.fails:
            raise self.fails
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        items = [
            item
            for item in self.tables.get(asked["TableName"], [])
            if item.get(names["#p"]) == values[":p"] and _fulfils(item, names, values)
        ]
        index = asked.get("IndexName")
        sort_key = {"by_kpi_type": "listen_date", "by_kind": "delivered_at", None: names.get("#s")}[index]
        keys = _keys(items, names["#p"], sort_key or "")
        items.sort(key=lambda item: [item[k]["S"] for k in keys], reverse=not asked["ScanIndexForward"])
        start = asked.get("ExclusiveStartKey")
        if start:
            positions = [number for number, item in enumerate(items) if start.items() <= item.items()]
            items = items[positions[0] + 1 :] if positions else []
        size = min(asked["Limit"], self.page_items)
        last = {name: items[size - 1][name] for name in keys} if len(items) >= size else None
        return {"Items": items[:size], **({"LastEvaluatedKey": last} if last else {})}


def _fulfils(item: Item, names: Item, values: Item) -> bool:
    if "#s" not in names:
        return True
    value = item[names["#s"]]["S"]
    if ":prefix" in values:
        return bool(value.startswith(values[":prefix"]["S"]))
    return bool(values[":first"]["S"] <= value <= values[":last"]["S"])


def _keys(items: list[Item], partition: str, sort_key: str) -> list[str]:
    of_files = ["file_key"] if partition == "kind" else []
    if not sort_key and items:
        sort_key = next(name for name in SORT_KEYS if name in items[0])
    return [name for name in (sort_key, partition, *of_files) if name]


def _to_typed(item: Item) -> Item:
    return {name: _typed(value) for name, value in item.items()}
