"""A table in terminals of several widths: nothing is broken, whatever has to be left out."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.visible_text import VisibleConsole

RUN = "manual__2026-11-29T10:00:00.123456+00:00"
REASON = "missing_column: expected user_id, found track_id, listen_time"


def table() -> RecordTable:
    made = RecordTable(
        "Runs",
        [
            Column("RUN"),
            Column("BEGAN (UTC)", drop=2),
            Column("REJECTED", right=True),
            Column("DURATION", right=True, drop=1),
            Column("REASON", wraps=True),
        ],
        note="more: make runs N=50",
    )
    made.add(RUN, "2026-11-29 10:00:00", "[red]12[/]", "34 s", Text(REASON))
    return made


def shown(made: RecordTable, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, highlight=False)
    made.show(console)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_wide_terminal_has_all_in_one_line_each() -> None:
    title, headings, row, note = shown(table(), 160)
    assert (title, note) == ("Runs", "more: make runs N=50")
    assert headings.split() == ["RUN", "BEGAN", "(UTC)", "REJECTED", "DURATION", "REASON"]
    assert " ".join(row.split()) == f"{RUN} 2026-11-29 10:00:00 12 34 s {REASON}"


def test_at_90_columns_drop_out_before_a_word_is_broken() -> None:
    _, headings, *rows, left_out, _ = shown(table(), 90)
    assert headings.split() == ["RUN", "REJECTED", "DURATION", "REASON"]
    assert left_out == "in a wider terminal: BEGAN (UTC)"
    assert rows[0].startswith(f"{RUN}  ")
    assert " ".join(" ".join(rows).split()) == f"{RUN} 12 34 s {REASON}"


def test_at_60_each_record_is_a_block_with_all_of_it() -> None:
    made = table()
    made.add("s3__1", "2026-11-29 11:00:00", "", "5 s", "")
    assert shown(made, 60) == [
        "Runs",
        f"RUN {RUN}",
        "  BEGAN (UTC) 2026-11-29 10:00:00 · REJECTED 12",
        "  DURATION 34 s",
        "  REASON missing_column: expected user_id, found track_id,",
        "    listen_time",
        "RUN s3__1",
        "  BEGAN (UTC) 2026-11-29 11:00:00 · DURATION 5 s",
        "more: make runs N=50",
    ]


def runs(*ids: str) -> RecordTable:
    columns = [Column("BEGAN"), Column("STATE"), Column("ROWS", right=True), Column("TOOK", drop=1)]
    made = RecordTable("", [*columns, Column("RUN", below=True)])
    for each in ids:
        made.add("2026-11-29 10:00:00", "success", "1,234", "34 s", Text(each))
    return made


def test_a_short_id_stands_beside_the_other_columns() -> None:
    assert shown(runs("s3__0123456789ab"), 80) == [
        "BEGAN                STATE     ROWS  TOOK  RUN",
        "2026-11-29 10:00:00  success  1,234  34 s  s3__0123456789ab",
    ]


def test_columns_drop_out_before_ids_go_below_their_records() -> None:
    assert shown(runs(RUN), 80) == [
        "BEGAN                STATE     ROWS  RUN",
        f"2026-11-29 10:00:00  success  1,234  {RUN}",
        "in a wider terminal: TOOK",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_an_id_that_fits_nowhere_beside_them_is_in_a_line_of_its_own_below(width: int) -> None:
    long = f"manual__{RUN}" if width == 80 else RUN
    assert shown(runs(long, "s3__1"), width) == [
        "BEGAN                STATE     ROWS  TOOK",
        "  RUN",
        "2026-11-29 10:00:00  success  1,234  34 s",
        f"  {long}",
        "2026-11-29 10:00:00  success  1,234  34 s",
        "  s3__1",
    ]


def test_a_block_begins_with_what_its_record_is_called() -> None:
    assert shown(runs("s3__1"), 40) == [
        "RUN s3__1",
        "  BEGAN 2026-11-29 10:00:00",
        "  STATE success · ROWS 1,234 · TOOK 34 s",
    ]


def test_a_text_of_several_lines_has_one_blank_between_its_words() -> None:
    words = ["x" * 7] * 20
    made = RecordTable("", [Column("FILE"), Column("WHAT", wraps=True)])
    made.add("y" * 55, " ".join(words))
    _, *lines = shown(made, 60)
    assert " ".join(line.removeprefix("  WHAT").lstrip() for line in lines) == " ".join(words)


def test_what_is_longer_than_a_line_is_not_cut() -> None:
    made = RecordTable("", [Column("FILE"), Column("ROWS", right=True)])
    key = "user_streams/" + "a" * 70 + ".csv"
    made.add(key, "1")
    assert shown(made, 60) == [f"FILE {key}", "  ROWS 1"]


def test_a_table_that_fits_stays_one_in_a_narrow_terminal() -> None:
    made = RecordTable("Top", [Column("#", right=True), Column("GENRE")])
    made.add("1", "pop")
    assert shown(made, 60) == ["Top", "#  GENRE", "1  pop"]


def test_a_heading_has_its_meaning_below_at_any_width() -> None:
    made = RecordTable("", [Column("DAY"), Column("NEW", meaning="songs that no list had")])
    made.add("2026-11-29", "12")
    assert shown(made, 160)[-1] == "NEW: songs that no list had"
    assert " ".join(shown(made, 12)[-3:]) == "NEW: songs that no list had"


@pytest.mark.parametrize("width", [60, 160])
def test_an_empty_table_says_why(width: int) -> None:
    assert shown(RecordTable("Top", [Column("#")], note="n", empty="no song is known"), width) == [
        "Top",
        "  no song is known",
    ]


@pytest.mark.parametrize("right", [False, True])
def test_the_widest_column_gives_way_where_it_has_room_to(right: bool) -> None:
    made = RecordTable("", [Column("A", wraps=True, right=right), Column("B", wraps=True, right=right)])
    words = [["x" * length for length in of_column] for of_column in ([10, 30], [14, 6, 5, 1])]
    made.add(*map(" ".join, words))
    file = io.StringIO()
    made.show(VisibleConsole(file=file, width=60, force_terminal=True, color_system=None))
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    assert max(map(len, lines)) <= 60
    assert sorted(" ".join(lines).split()) == sorted([*words[0], *words[1], "A", "B"])
