"""`preactions` and `postactions` of a write to Redshift: the statements in one text."""

from __future__ import annotations

from local_glue.dynamicframe.sinks.statements import statements


def test_statements_end_with_semicolons_and_name_the_table_by_a_placeholder() -> None:
    text = "CREATE TABLE IF NOT EXISTS %s (id INT);\nTRUNCATE TABLE %s ; ; "
    assert statements(text, "public.sales") == [
        "CREATE TABLE IF NOT EXISTS public.sales (id INT)",
        "TRUNCATE TABLE public.sales",
    ]
    assert statements("delete from a where b = 1", "t") == ["delete from a where b = 1"]


def test_no_text_is_no_statement() -> None:
    assert statements(None, "t") == statements("", "t") == statements(" ;", "t") == []
