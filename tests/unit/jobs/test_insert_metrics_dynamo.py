"""Output and snapshots in, exactly the differing items out; killed anywhere, the next load repairs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from unit.batches import batch_of
from unit.fake_s3 import FakeS3

from jobs import insert_metrics_dynamo as job
from music_streams import layout
from music_streams.contracts import KPI_TABLES, MUSIC_STREAMING_KPIS, TRACK_LEVEL_REPORTS, KpiTable
from music_streams.job import JobError

DAY = "2024-06-25"
TABLE = MUSIC_STREAMING_KPIS
FOLDER = layout.output_partition(TABLE, DAY)
Item = dict[str, Any]


class FakeTable:
    """Batch writes to one table; `kill_after` ends the process before that many more requests are done."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, ...], Item] = {}
        self.written: list[tuple[str, str]] = []
        self.kill_after: int | None = None

    def get_paginator(self, operation: str) -> FakeTable:
        assert operation == "query"
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """Pages of one item, with the attributes asked for."""
        names = request["ExpressionAttributeNames"]
        assert request["KeyConditionExpression"] == "#0 = :date"
        for item in self.items.values():
            if item[names["#0"]] == request["ExpressionAttributeValues"][":date"]:
                yield {"Items": [{n: item[n] for n in names.values()}]}
        yield {"Items": []}

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        if self.kill_after is not None:
            if self.kill_after == 0:
                raise KeyboardInterrupt
            self.kill_after -= 1
        for request in RequestItems[TABLE.name]:
            put, delete = request.get("PutRequest"), request.get("DeleteRequest")
            values = put["Item"] if put else delete["Key"]
            key = tuple(values[name]["S"] for name in TABLE.key)
            self.written.append(("put" if put else "delete", key[1]))
            if put:
                self.items[key] = values
            else:
                self.items.pop(key, None)
        return {"UnprocessedItems": {}}


def compute(s3: FakeS3, *, is_turned: bool = False, **counts: int) -> None:
    """Write an output of these kpi types in two part files, each sorted; turned: others in the first one."""
    for key in s3.keys(FOLDER):
        del s3.objects[key]
    rows = [
        json.dumps({"kpi_type": kpi, "listen_count": n, "unique_listeners": 1, "total_listening_time": 0})[
            :-1
        ]
        + ',"avg_listening_time_per_user":0E-6}'
        for kpi, n in sorted(counts.items())
    ]
    if is_turned:
        rows.append(rows.pop(0))
    s3.deliver(f"{FOLDER}part-0.json", "\n".join(rows[:1]).encode() + b"\n")
    s3.deliver(f"{FOLDER}part-1.json", "\n".join(rows[1:]).encode())


def load(s3: FakeS3, table: Any, identity: str = "id 1") -> tuple[int, int]:
    done = job.load_date(batch_of(s3), job.LoadedTable(table, TABLE, TABLE.name, identity), DAY)
    return done["PutRequest"], done["DeleteRequest"]


def counts_in(table: FakeTable) -> dict[str, str]:
    return {key[1]: item["listen_count"]["N"] for key, item in table.items.items()}


def snapshots(s3: FakeS3) -> list[str]:
    return s3.keys(layout.loaded_prefix(TABLE, DAY))


def test_a_first_load_writes_every_item_with_its_types_and_date(s3: FakeS3) -> None:
    table = FakeTable()
    compute(s3, DAY=3)
    assert load(s3, table) == (1, 0)
    assert table.items == {
        (DAY, "DAY"): {
            "listen_date": {"S": DAY},
            "kpi_type": {"S": "DAY"},
            "listen_count": {"N": "3"},
            "unique_listeners": {"N": "1"},
            "total_listening_time": {"N": "0"},
            "avg_listening_time_per_user": {"N": "0.000000"},
        }
    }


def test_the_same_again_writes_nothing(s3: FakeS3) -> None:
    table = FakeTable()
    compute(s3, DAY=3, X=1)
    load(s3, table)
    table.written.clear()
    assert load(s3, table) == (0, 0)
    compute(s3, DAY=3, X=1, is_turned=True)
    assert load(s3, table) == (0, 0), "which rows are in which file is no difference"
    assert table.written == []


def test_only_what_differs_is_written_and_what_is_no_longer_true_is_removed(s3: FakeS3) -> None:
    table = FakeTable()
    compute(s3, DAY=3, KEPT=1, GONE=1)
    load(s3, table)
    table.written.clear()
    compute(s3, DAY=4, KEPT=1, NEW=1)
    assert load(s3, table) == (2, 1)
    assert sorted(table.written) == [("delete", "GONE"), ("put", "DAY"), ("put", "NEW")]
    assert counts_in(table) == {"DAY": "4", "KEPT": "1", "NEW": "1"}
    assert len(snapshots(s3)) == 1


def test_a_table_that_has_no_rows_any_more_is_emptied(s3: FakeS3) -> None:
    table = FakeTable()
    compute(s3, DAY=3, X=1)
    load(s3, table)
    compute(s3)
    assert load(s3, table) == (0, 2)
    assert table.items == {}


@pytest.mark.parametrize("requests_done", range(4))
def test_killed_anywhere_the_next_load_repairs_also_when_the_truth_has_changed(
    s3: FakeS3, requests_done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("music_streams.batch_writer.ITEMS_PER_REQUEST", 1)
    monkeypatch.setattr("music_streams.batch_writer.WRITERS", 1)
    table = FakeTable()
    compute(s3, A=1, B=1)
    load(s3, table)
    table.kill_after = requests_done
    compute(s3, A=2, C=2, D=2)
    with pytest.raises(KeyboardInterrupt):
        load(s3, table)
    table.kill_after = None
    compute(s3, A=1, B=1, D=3)
    load(s3, table)
    assert counts_in(table) == {"A": "1", "B": "1", "D": "3"}
    assert len(snapshots(s3)) == 1


@pytest.mark.parametrize("requests_done", [0, 1])
def test_a_first_load_that_was_killed_is_repaired(
    s3: FakeS3, requests_done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("music_streams.batch_writer.ITEMS_PER_REQUEST", 1)
    table = FakeTable()
    table.kill_after = requests_done
    compute(s3, A=1, B=1)
    with pytest.raises(KeyboardInterrupt):
        load(s3, table)
    table.kill_after = None
    assert load(s3, table) == (2, 0)
    assert (counts_in(table), len(snapshots(s3))) == ({"A": "1", "B": "1"}, 1)


def test_killed_before_the_old_snapshots_are_deleted_the_next_load_repairs(s3: FakeS3) -> None:
    table = FakeTable()
    compute(s3, A=1)
    load(s3, table)
    old = {key: s3.objects[key] for key in snapshots(s3)}
    compute(s3, B=1)
    load(s3, table)
    s3.objects.update(old)
    assert load(s3, table) == (1, 1)
    assert (counts_in(table), len(snapshots(s3))) == ({"B": "1"}, 1)


def test_a_table_that_was_recreated_is_filled_again(s3: FakeS3) -> None:
    compute(s3, A=1)
    load(s3, FakeTable(), identity="id 1")
    table = FakeTable()
    assert load(s3, table, identity="id 2") == (1, 0)
    assert (counts_in(table), len(snapshots(s3))) == ({"A": "1"}, 1)


@pytest.mark.parametrize("requests_done", [None, 0, 1, 2])
def test_without_snapshots_the_table_itself_says_what_must_go(
    s3: FakeS3, requests_done: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """loaded/ was emptied, or the table restored to an earlier state; also killed on the way."""
    monkeypatch.setattr("music_streams.batch_writer.ITEMS_PER_REQUEST", 1)
    monkeypatch.setattr("music_streams.batch_writer.WRITERS", 1)
    table = FakeTable()
    compute(s3, GONE=1, KEPT=1)
    load(s3, table)
    table.items["2024-06-24", "OTHER DAY"] = {**table.items[DAY, "GONE"], "listen_date": {"S": "2024-06-24"}}
    for key in snapshots(s3):
        del s3.objects[key]
    compute(s3, KEPT=1, NEW=1)
    if requests_done is not None:
        table.kill_after = requests_done
        with pytest.raises(KeyboardInterrupt):
            load(s3, table)
        table.kill_after = None
    assert load(s3, table) == (2, 1)
    assert counts_in(table) == {"KEPT": "1", "NEW": "1", "OTHER DAY": "1"}
    assert len(snapshots(s3)) == 1


def test_a_table_whose_partitions_are_no_dates_is_not_asked() -> None:
    unasked: Any = object()
    assert list(job.keys_in(job.LoadedTable(unasked, TRACK_LEVEL_REPORTS, "t", "id 1"), DAY)) == []


def test_an_item_without_a_value_it_must_have_is_not_written(s3: FakeS3) -> None:
    s3.deliver(f"{FOLDER}part-0.json", b'{"kpi_type":"DAY"}\n')
    table = FakeTable()
    with pytest.raises(ValueError, match="expected a value of listen_count"):
        load(s3, table)
    assert table.items == {}


def test_tables_bear_their_contracts_names_unless_told_otherwise() -> None:
    def names(tables: str) -> dict[KpiTable, str]:
        return job.table_names(tables)

    assert names("{}") == {table: table.name for table in KPI_TABLES}
    assert names('{"MusicStreamingKPIs": "dev-kpis"}')[TABLE] == "dev-kpis"
    with pytest.raises(JobError, match=r"expected names of .* found \['Kpis'\]"):
        names('{"Kpis": "x"}')
