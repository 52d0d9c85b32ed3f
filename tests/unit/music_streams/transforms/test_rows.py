"""What the transforms share."""

from __future__ import annotations

from pyspark.sql import SparkSession

from music_streams.contracts import BLANKS
from music_streams.transforms.rows import text

AWKWARD = (
    "",
    "it's",
    '"',
    r"back\slash",
    r"\d{4}\z",
    "\\u0041",
    "%_",
    "Ünïcode ♫ 🎧",
    "line\nbreak\x00",
    BLANKS,
)


def test_a_text_is_the_same_one_as_a_literal_of_sql(spark: SparkSession) -> None:
    literals = ", ".join(f"{text(value)} AS c{number}" for number, value in enumerate(AWKWARD))
    assert tuple(spark.sql(f"SELECT {literals}").first() or ()) == AWKWARD
