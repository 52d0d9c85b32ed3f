"""The tables, read by key: GetItem and Query, never a Scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from .cursors import Place, open_cursor, seal_cursor
from .web import Problem

Item = dict[str, Any]
THROTTLED = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}
_plain = TypeDeserializer().deserialize


@dataclass(frozen=True)
class Between:
    """A condition on the sort key, both ends included."""

    first: str
    last: str


@dataclass(frozen=True)
class BeginsWith:
    """A condition on the sort key."""

    prefix: str


@dataclass(frozen=True)
class Listing:
    """One partition of a table or of its index, in the order of the sort key."""

    table: str
    partition: tuple[str, str]
    sort_key: str
    where: Between | BeginsWith | None = None
    index: str = ""
    index_of: tuple[str, ...] = ()
    """With an index, the key of the table itself."""
    newest_first: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The attributes that say where in the listing one is."""
        return tuple(sorted({self.partition[0], self.sort_key, *self.index_of}))


@dataclass(frozen=True)
class Part:
    """How much of a listing is wanted, and after which cursor."""

    limit: int
    cursor: str | None = None


class Tables:
    """DynamoDB's tables by the names of their variables."""

    NAMES = (
        "TRACK_LEVEL_REPORTS",
        "MUSIC_STREAMING_KPIS",
        "TOP_SONGS_BY_GENRE",
        "TOP_GENRES_BY_DAY",
        "FILE_VALIDATION_METADATA",
        "ALERTS",
    )

    def __init__(self, dynamodb: Any, names: Mapping[str, str]) -> None:
        self._dynamodb, self._names = dynamodb, names

    def item(self, table: str, key: Mapping[str, str]) -> Item | None:
        """Return one item, or None."""
        typed = {name: {"S": value} for name, value in key.items()}
        found = self._dynamodb.get_item(TableName=self._names[table], Key=typed).get("Item")
        return None if found is None else _to_plain(found)

    def part(self, listing: Listing, wanted: Part) -> tuple[list[Item], str | None]:
        """Return some items of a listing, and the cursor to those after them, if there are any.

        Raises:
            Problem: the cursor is none of this listing.
        """
        place: Place | None = None if wanted.cursor is None else open_cursor(wanted.cursor, listing)
        items: list[Item] = []
        while True:
            request = self._query(listing, wanted.limit - len(items))
            if place:
                request["ExclusiveStartKey"] = {name: {"S": value} for name, value in place.items()}
            answer = self._dynamodb.query(**request)
            items += map(_to_plain, answer["Items"])
            last = answer.get("LastEvaluatedKey")
            place = {name: value["S"] for name, value in last.items()} if last else None
            if place is None or len(items) >= wanted.limit:
                return items, place and seal_cursor(place, listing)

    def _query(self, listing: Listing, limit: int) -> dict[str, Any]:
        names, condition = {"#p": listing.partition[0]}, "#p = :p"
        values = {":p": {"S": listing.partition[1]}}
        where = listing.where
        if where:
            names["#s"] = listing.sort_key
        if isinstance(where, Between):
            condition += " AND #s BETWEEN :first AND :last"
            values |= {":first": {"S": where.first}, ":last": {"S": where.last}}
        elif where:
            condition += " AND begins_with(#s, :prefix)"
            values[":prefix"] = {"S": where.prefix}
        return {
            "TableName": self._names[listing.table],
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not listing.newest_first,
            "Limit": limit,
            **({"IndexName": listing.index} if listing.index else {}),
        }


def problem_of(error: ClientError | BotoCoreError) -> Problem:
    """Return what the client is told when AWS gives no answer."""
    if not isinstance(error, ClientError):
        return Problem(
            503,
            "DynamoDB and CloudWatch to answer",
            type(error).__name__,
            "repeat it later",
            {"retry-after": "5"},
        )
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in THROTTLED:
        return Problem(429, "fewer requests", code, "repeat it after the pause", {"retry-after": "1"})
    if code == "ResourceNotFoundException":
        return Problem(503, "the KPI tables and their indexes", message or code, "deploy infra/tables.yaml")
    if code == "ValidationException" and "ExclusiveStartKey" in message:
        return Problem(400, "a cursor that this list has given", "another one", "leave the cursor out")
    return Problem(503, "AWS to allow the call", f"{code}: {message}", "see the role in infra/kpi_api.yaml")


def _to_plain(item: Mapping[str, Any]) -> Item:
    """DynamoDB's types -> Python's; a number without a fraction is an int, any other a Decimal."""
    return {name: _number(_plain(value)) for name, value in item.items()}


def _number(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _number(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_number(each) for each in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value
