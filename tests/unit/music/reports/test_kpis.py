"""What `make kpis` and `make rejected` show: a day worth seeing, why a table is empty, which run it is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, cast

import pytest
from screens import compare_with_kept

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out
from music.reports import kpis, rejected
from music.reports.kpis import Choice, print_kpis
from music.runs.delivered import Delivered
from music_streams.layout import batch_id_of

DAYS = {"2024-06-25": 9, "2024-06-26": 2, "2024-06-27": 1}
RUN_ID, LATEST_ID = "manual__2024-06-25T10:00:00.123456+00:00", "s3__2024-06-27T10:00:00.123456+00:00"
RUNS = [batch_id_of(RUN_ID), batch_id_of(LATEST_ID)]
KEY = "spotify_data/user_streams/a.csv"
AT = "2024-06-27T10:00:00Z"


def metrics(count: int) -> dict[str, Any]:
    numbers = {"listen_count": count, "unique_listeners": 1, "total_listening_time": Decimal(60_000)}
    return {**numbers, "avg_listening_time_per_user": Decimal(60)}


class FakeReader:
    """Three days, of which the last has no known song; two runs with a file each."""

    def __init__(self, _: Settings) -> None: ...

    def dates(self) -> list[str]:
        return list(DAYS)

    def day(self, date: str) -> dict[str, Any] | None:
        return metrics(DAYS[date])

    def genres(self, date: str) -> list[dict[str, Any]]:
        many = [f"genre {number}" for number in range(9)] if date == "2024-06-25" else []
        return [{"track_genre": genre, **metrics(1)} for genre in many]

    def top_genres(self, _: str) -> list[dict[str, Any]]:
        return []

    def top_songs(self, date: str) -> list[dict[str, Any]]:
        song = {"rank": 1, "track_name": "A Long Title of Several Words", "artists": "Someone", "listens": 3}
        return [{**each, "top_3_songs": [song]} for each in self.genres(date)]

    def top_tracks(self, _: str) -> list[dict[str, Any]]:
        return [{"track_id": "t" * 22, "total_listens": 1, "unique_users": 1}]

    def manifests(self) -> list[dict[str, Any]]:
        files = [{"key": KEY, "kind": "streams", "etag": "e", "last_modified": AT}]
        return [{"batch_id": run, "files": files} for run in RUNS]

    def manifests_up_to(self, batch_id: str | None = None) -> Iterator[dict[str, Any]]:
        newest_first = self.manifests()[::-1]
        names = [each["batch_id"] for each in newest_first]
        yield from newest_first[names.index(batch_id) if batch_id in names else len(names) * bool(batch_id) :]

    def ledger(self, keys: list[str]) -> list[dict[str, Any]]:
        counts = {"rows": 4, "rejected_rows": 2, "rejected_reasons": {"field_count": 2}}
        states = {"validation_status": "SUCCESS", "archival_status": "SUCCESS"}
        return [{"file_key": key, "etag": "e", **counts, **states} for key in keys]

    def rejected_rows(self, _: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield {"row_number": 12, "reason": "field_count", "raw": "u1,t1"}
        yield {"row_number": 3, "reason": "no_such_time", "user_id": "u1", "listen_time": "yesterday"}


@pytest.fixture(autouse=True)
def _reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kpis, "KpiReader", FakeReader)
    monkeypatch.setattr(rejected, "KpiReader", FakeReader)
    for module in (kpis, rejected):
        monkeypatch.setattr(module, "must_run", lambda _: {})
        monkeypatch.setattr(module, "under_way_in", lambda _: "")


def test_while_a_run_works_without_results_it_is_said_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeReader, "dates", lambda _: [])
    monkeypatch.setattr(kpis, "under_way_in", lambda _: "run x is at check_files (step 1 of 9)")
    with pytest.raises(SandboxError) as caught:
        print_kpis(Settings(), Choice())
    assert caught.value.found == "none yet: run x is at check_files (step 1 of 9)"
    assert caught.value.next_command == "make watch"


def test_while_a_run_works_on_results_it_is_said_that_they_will_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "will change" not in shown(Choice())
    monkeypatch.setattr(kpis, "under_way_in", lambda _: "run x is at check_files (step 1 of 9)")
    assert shown(Choice()).endswith(
        "numbers will change: run x is at check_files (step 1 of 9); next: make watch\n"
    )


@pytest.mark.parametrize(
    ("step", "choice", "is_told"),
    [
        ("calculate_metrics_etl", Choice(), True),
        ("calculate_metrics_etl", Choice(date="2024-06-27"), True),
        ("calculate_metrics_etl", Choice(show_all=True), True),
        ("calculate_metrics_etl", Choice(run=LATEST_ID), False),
        ("archive_streams_files", Choice(), False),
        (None, Choice(), False),
    ],
    ids=["busiest day", "a day", "all", "files alone", "loaded already", "no failure"],
)
def test_after_a_failed_run_it_is_said_that_its_files_are_not_in_the_numbers(
    step: str | None, choice: Choice, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"file_key": KEY, "etag": "e", "validation_status": "SUCCESS", "archival_status": "PENDING"}
    row["kpi_ingestion_status"] = "SUCCESS" if step == "archive_streams_files" else "PENDING"
    if step:
        row |= {"failed_step": step, "batch_id": RUNS[1]}
    monkeypatch.setattr(FakeReader, "ledger", lambda *_: [row])
    said = shown(choice)
    told = f"\nrun {LATEST_ID} failed at {step}: its 1 file is not in these numbers; next: make runs\n"
    assert said.endswith(told) == is_told
    assert ("not in these numbers" in said) == is_told

    monkeypatch.setattr(kpis, "under_way_in", lambda _: "run x is at check_files (step 1 of 9)")
    assert "not in these numbers" not in shown(choice)


def test_while_the_sandbox_starts_no_results_are_no_reason_to_deliver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeReader, "dates", lambda _: [])
    monkeypatch.setattr(FakeReader, "manifests", lambda *_: [])
    for needed in ("status.status", "setup.needs"):
        monkeypatch.setattr(f"glue_sandbox.{needed}.start_under_way", lambda *_: "make up (process 7)")
    for print_it in (print_kpis, rejected.print_rejected):
        with pytest.raises(SandboxError) as caught:
            print_it(Settings(), Choice())
        assert caught.value.found == "a start under way: make up (process 7)"
        assert caught.value.next_command == "make status, until it is healthy"


def test_while_a_run_works_empty_tables_are_so_because_nothing_is_loaded_so_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = "run x is at insert_metrics_dynamo (step 5 of 9)"
    monkeypatch.setattr(kpis, "under_way_in", lambda _: at)
    monkeypatch.setattr(FakeReader, "top_tracks", lambda *_: [])
    said = shown(Choice(date="2024-06-27"))
    for table in ("Top genres", "Top songs per genre", "Genres", "Most played tracks"):
        assert re.search(rf"^{table} of 2024-06-27 \(.*\)\n  none so far: {re.escape(at)}$", said, re.M), (
            table
        )
    assert "no songs file" not in said


def shown(choice: Choice) -> str:
    with out.capture() as captured:
        print_kpis(Settings(), choice)
    return captured.get()


def test_the_busiest_day_is_shown_and_named() -> None:
    said = shown(Choice())
    assert "above: 2024-06-25, the busiest of 3 days; another day: make kpis DATE=2024-06-27" in said
    assert "Top genres of 2024-06-25" in said


def test_a_chosen_day_is_shown_and_its_empty_tables_say_why() -> None:
    said = shown(Choice(date="2024-06-27"))
    assert "above: 2024-06-27; another day: make kpis DATE=2024-06-26" in said
    why = "none: no songs file has a track that was played on this day"
    for table in ("Top genres", "Top songs per genre", "Genres"):
        assert re.search(rf"^{table} of 2024-06-27 \(.*\)\n  {why}$", said, re.M), table


def test_genres_that_are_left_out_can_be_seen() -> None:
    assert shown(Choice()).count("8 of 9 genres; all of them: make kpis DATE=2024-06-25 ALL=1") == 2
    assert "genre 8" in shown(Choice(show_all=True))


def test_what_became_of_the_latest_runs_files_is_a_line_that_says_how_to_see_them() -> None:
    *_, summary, how = shown(Choice()).splitlines()
    assert summary == f"Files of run {LATEST_ID}: 1 delivered, none refused; 2 rows rejected"
    assert how == f"why: make rejected; each file: make kpis RUN={LATEST_ID}"


@pytest.mark.parametrize("run", [RUNS[0], RUN_ID], ids=["its batch", "its id"])
def test_of_a_run_that_is_asked_for_each_file_is_shown_and_no_kpis(run: str) -> None:
    said = shown(Choice(run=run))
    assert said.startswith(f"\nFiles of run {RUN_ID} (FileValidationMetadata)\n")
    assert re.search(r"^user_streams/a.csv +in KPIs, archived +4 +2 *$", said, re.M)
    assert f"\nRefused files and rejected rows of run {RUN_ID}, and why\n" in said
    assert f"each rejected row: make rejected RUN={run}; another run: RUN=… (make runs)" in said
    assert "Days" not in said


def test_all_runs_files_are_shown_when_wanted_above_the_kpis() -> None:
    said = shown(Choice(show_all=True))
    assert said.startswith("\nFiles of 2 runs (FileValidationMetadata)\n")
    assert said.index("Refused files and rejected rows of 2 runs, and why") < said.index(
        "Days (MusicStreamingKPIs)"
    )


def test_the_days_totals_come_last_the_newest_first() -> None:
    tables = re.findall(r"^[A-Z][^\n]*\((\w+)\)$", shown(Choice()), re.M)
    assert tables == [
        *("track_level_reports", "TopSongsByGenre", "GenreDailyKPIs", "TopGenresByDay"),
        "MusicStreamingKPIs",
    ]
    assert re.findall(r"^(2024-\d\d-\d\d) ", shown(Choice()), re.M) == sorted(DAYS, reverse=True)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_top_genres_and_days_are_on_the_last_24_lines(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "_width", width)
    last = shown(Choice()).splitlines()[-24:]
    assert "Days (MusicStreamingKPIs)" in last
    assert "Top genres of 2024-06-25 (TopGenresByDay)" in last


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        (Choice(date="1999-01-01"), "none for 1999-01-01"),
        (Choice(date="25.6.2024"), "DATE=25.6.2024"),
        (Choice(run="x"), "RUN=x"),
    ],
)
def test_a_day_or_run_that_is_not_there_is_named(choice: Choice, found: str) -> None:
    with pytest.raises(SandboxError) as caught:
        print_kpis(Settings(), choice)
    assert caught.value.found == found


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screen_is_as_it_is_kept(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No word, heading or id is broken in it; what does not fit in a line is left out or in a block."""
    monkeypatch.setattr(out, "_width", width)
    compare_with_kept(f"kpis_{width}", shown(Choice()))


def shown_as_refused(choice: Choice) -> str:
    with out.capture() as captured:
        rejected.print_rejected(cast(Settings, None), choice)
    return captured.get()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screen_of_refused_rows_is_as_it_is_kept(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "_width", width)
    compare_with_kept(f"rejected_{width}", shown_as_refused(Choice()))


def test_refused_rows_are_listed_by_file_with_row_reason_and_content() -> None:
    said = " ".join(shown_as_refused(Choice()).split())
    assert said.startswith(
        f"Refused files and rejected rows of run {LATEST_ID}"
        " Rejected rows of user_streams/a.csv, delivered 2024-06-27 10:00"
    )
    assert "ROW REASON CONTENT 3 no_such_time user_id=u1, listen_time=yesterday 12 field_count u1,t1" in said
    assert said.endswith("another run: make rejected RUN=… (make runs); all: make rejected ALL=1")


@pytest.mark.parametrize(
    ("print_it", "choice", "hint"),
    [
        (rejected.print_rejected, Choice(), "all: make rejected ALL=1"),
        (print_kpis, Choice(run=LATEST_ID), "all: make kpis ALL=1"),
    ],
)
def test_how_to_see_all_is_said_once_where_files_of_earlier_runs_are_left_out(
    print_it: Callable[[Settings, Choice], None],
    choice: Choice,
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    songs = {"key": "spotify_data/songs/s.csv", "kind": "songs", "etag": "e", "last_modified": AT}
    files = [{"key": KEY, "kind": "streams", "etag": "e", "last_modified": AT}, songs]
    newest_first = [{"batch_id": RUNS[1], "files": files}, {"batch_id": RUNS[0], "files": [songs]}]
    monkeypatch.setattr(FakeReader, "manifests_up_to", lambda *_: iter(newest_first))

    with out.capture() as captured:
        print_it(Settings(), choice)
    said = " ".join(captured.get().split())
    assert "left out: 1 songs or users file" in said
    assert said.count(hint) == 1


def test_while_a_run_works_more_rows_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejected, "under_way_in", lambda _: "run x is at check_files (step 1 of 9)")
    monkeypatch.setattr(FakeReader, "rejected_rows", lambda *_: iter(()))
    with out.capture() as captured:
        rejected.print_rejected(cast(Settings, None), Choice())
    said = " ".join(captured.get().split())
    assert " none so far " in said
    assert "more may follow: run x is at check_files (step 1 of 9); next: make watch" in said


def test_of_many_refused_rows_the_first_are_shown_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rejected, "MOST_ROWS", 1)
    with out.capture() as captured:
        rejected.print_rejected(cast(Settings, None), Choice())
    assert "… and 1 more row: make rejected ALL=1\n" in captured.get()
    with out.capture() as captured:
        rejected.print_rejected(cast(Settings, None), Choice(show_all=True))
    assert "more row" not in captured.get()
    assert "Refused files and rejected rows of 2 runs, the newest delivery first" in captured.get()


def test_genres_are_in_the_order_of_the_alphabet(monkeypatch: pytest.MonkeyPatch) -> None:
    genres = [{"track_genre": name, **metrics(1)} for name in ("Zouk", "acid", "Acid", "pop")]
    monkeypatch.setattr(FakeReader, "genres", lambda *_: genres)
    top_songs = re.search(r"Top songs per genre(.*?)\n\n", shown(Choice()), re.DOTALL)
    assert top_songs is not None
    assert re.findall(r"^(\w+) +1 ", top_songs[1], re.M) == ["Acid", "acid", "pop", "Zouk"]


@pytest.mark.parametrize("kind", ["side_file", "folder_marker"])
def test_what_tools_leave_beside_the_files_is_none_of_them(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        {"key": KEY, "kind": "streams", "etag": "e", "last_modified": AT},
        {"key": "spotify_data/user_streams/_SUCCESS", "kind": kind, "etag": "e", "last_modified": AT},
    ]
    monkeypatch.setattr(
        FakeReader, "manifests_up_to", lambda *_: iter([{"batch_id": RUNS[1], "files": files}])
    )
    assert f"Files of run {LATEST_ID}: 1 delivered, none refused" in shown(Choice())
    assert "_SUCCESS" not in shown(Choice(run=RUNS[1]))


def test_listens_of_unknown_songs_are_said_to_be_in_no_genre(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no genre" not in shown(Choice(date="2024-06-25"))
    monkeypatch.setitem(DAYS, "2024-06-25", 13)
    genres = [{"rank": 1, "track_genre": "pop", "listens": 9}]
    monkeypatch.setattr(FakeReader, "top_genres", lambda *_: genres)
    said = shown(Choice(date="2024-06-25"))
    assert "4 of the day's 13 listens are of unknown songs, which have no genre\n" in said


def test_delivered_days_are_compared_and_not_generated_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DAYS, "2001-01-01", 900)
    monkeypatch.setattr(FakeReader, "dates", lambda _: sorted(DAYS))
    said = " ".join(shown(Choice()).split())
    assert (
        "above: 2024-06-25, the busiest of 3 delivered days; another day: make kpis DATE=2024-06-27" in said
    )


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["streams", "streams"], ""),
        (["songs", "streams"], "1 of the 2 files is a stream file: make runs counts only these"),
        (["songs", "streams", "streams"], "2 of the 3 files are stream files: make runs counts only these"),
    ],
)
def test_of_files_of_several_kinds_it_is_said_which_make_runs_counts(kinds: list[str], said: str) -> None:
    delivered = [Delivered({"key": kind, "kind": kind, "etag": "e"}, {}) for kind in kinds]
    assert kpis.about_stream_files(delivered) == said
