"""What the CSV classifier makes of a column that is mostly whole numbers, with some other text in it."""

from __future__ import annotations

from local_glue.crawlers.formats.csv_format import classify_csv

CODES = ["17", "18", "unknown", "20"]


def _columns(text: str) -> tuple[dict[str, str], bool]:
    found = classify_csv(text)
    assert found
    return found.columns, found.has_header


def _file(head: str, codes: list[str]) -> str:
    return f"{head}\n" + "".join(f"{code},shop\n" for code in codes)


def test_such_a_column_is_text_wherever_the_other_text_is() -> None:
    for codes in (CODES, CODES[::-1], sorted(CODES)):
        text = _file("code,place,n", codes).replace("shop\n", "shop,1\n")
        assert _columns(text) == ({"code": "string", "place": "string", "n": "bigint"}, True)


# "One or more of the rows must parse as other than STRING type": the column as a whole need not.
def test_one_row_that_is_no_text_tells_the_header() -> None:
    assert _columns(_file("code,place", CODES)) == ({"code": "string", "place": "string"}, True)
    assert _columns(_file("code,place", ["unknown", "none"])) == ({"col0": "string", "col1": "string"}, False)
    assert _columns(_file("1,place", CODES)) == ({"col0": "string", "col1": "string"}, False)


# AWS reads the first 1000 records, or the first megabyte.
def test_text_behind_the_thousandth_record_is_not_seen() -> None:
    numbers = ["1"] * 999
    assert _columns(_file("code,place", [*numbers, "x"]))[0]["code"] == "string"
    assert _columns(_file("code,place", [*numbers, "2", "x"]))[0]["code"] == "bigint"
