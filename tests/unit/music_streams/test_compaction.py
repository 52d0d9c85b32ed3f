"""Which dates are compacted, and which objects of a partition are data."""

from __future__ import annotations

import pytest

from music_streams.compaction import FILE_BYTES, CuratedFiles, is_data


def files(count: int, size: int) -> dict[str, int]:
    return {f"part-{number}": size for number in range(count)}


@pytest.mark.parametrize(
    ("count", "size", "is_compacted"),
    [(3, 10, False), (4, 10, True), (300, FILE_BYTES, False), (300, FILE_BYTES // 2, True)],
    ids=["few", "one too many", "many of a large date", "many small ones of a large date"],
)
def test_a_date_with_more_files_than_its_size_asks_for_is_compacted(
    count: int, size: int, is_compacted: bool
) -> None:
    curated = CuratedFiles({"2024-06-25": files(count, size), "2024-06-26": files(1, 10), "2024-06-27": {}})
    assert curated.fragmented(most_files=3) == ({"2024-06-25"} if is_compacted else set())


def test_only_the_files_of_the_asked_dates_are_named() -> None:
    curated = CuratedFiles({"a": {"a/1": 1, "a/2": 2}, "b": {"b/1": 4}, "c": {}})
    assert (curated.keys({"c", "a"}), curated.size) == (["a/1", "a/2"], 7)
    assert curated.dates() == ["a", "b"], "Spark would fail at a partition without files"


@pytest.mark.parametrize(
    ("name", "data"),
    [("part-0.snappy.parquet", True), ("", False), ("_SUCCESS", False), (".part.crc", False)],
)
def test_folder_markers_and_hidden_names_are_no_data(name: str, data: bool) -> None:
    assert is_data(f"curated/listens/listen_date=2024-06-25/{name}") is data
