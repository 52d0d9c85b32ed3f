"""How each database is asked for a share of a table."""

from __future__ import annotations

import pytest

from local_glue.dynamicframe.sources.jdbc_partitions import partition_conditions


@pytest.mark.parametrize(
    ("vendor", "first"),
    [
        ("mysql", "ABS(MOD(CRC32(id), 2)) = 0 OR (CRC32(id)) IS NULL"),
        ("postgresql", "ABS(MOD(hashtext(CAST(id AS text)), 2)) = 0 OR (hashtext(CAST(id AS text))) IS NULL"),
        ("oracle", "ABS(MOD(ORA_HASH(id), 2)) = 0 OR (ORA_HASH(id)) IS NULL"),
        ("sqlserver", "ABS((CHECKSUM(id)) % 2) = 0 OR (CHECKSUM(id)) IS NULL"),
        ("redshift", "ABS(MOD(FNV_HASH(id), 2)) = 0 OR (FNV_HASH(id)) IS NULL"),
    ],
)
def test_a_field_of_any_type_is_hashed_by_the_database(vendor: str, first: str) -> None:
    conditions = partition_conditions(vendor, {"hashfield": "id", "hashpartitions": 2})
    assert conditions == [first, first.partition(" OR ")[0].replace("= 0", "= 1")]


def test_an_expression_goes_before_a_field_and_seven_is_the_default() -> None:
    conditions = partition_conditions("mysql", {"hashfield": "id", "hashexpression": "YEAR(day)"})
    assert len(conditions) == 7
    assert conditions[6] == "ABS(MOD(YEAR(day), 7)) = 6"


@pytest.mark.parametrize(("vendor", "options"), [("mysql", {}), ("custom.jdbc", {"hashfield": "id"})])
def test_without_a_number_to_share_by_it_is_one_query(vendor: str, options: dict[str, str]) -> None:
    assert partition_conditions(vendor, options) == []


@pytest.mark.parametrize("count", ["0", "-1", "many", ""])
def test_shares_are_one_or_more(count: str) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        partition_conditions("mysql", {"hashfield": "id", "hashpartitions": count})
