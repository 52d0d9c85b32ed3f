"""A state that agrees has no disagreement; each way to be wrong is found by the check that is for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from unit.fake_s3 import client_error

from glue_sandbox.errors import SandboxError
from music.audit import report
from music.audit.checks import CHECKS
from music.audit.report import findings
from music.audit.snapshot import AuditSnapshot, Batch, StoredObject
from music_streams import layout
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.ledger import WITHDRAWN

AT = "2024-06-25T17:43:13Z"
EARLIER = "2024-06-24T00:00:00Z"
LANDING = "spotify_data/user_streams/"
GOOD = DeliveredFile(f"{LANDING}good.csv", "e1", 10, AT, "streams")
BAD = DeliveredFile(f"{LANDING}bad.csv", "e2", 3, AT, "streams")
SIDE = DeliveredFile(f"{LANDING}_SUCCESS", "e4", 0, AT, "side_file")
SONGS = DeliveredFile("spotify_data/songs/s.csv", "e3", 7, AT, "songs")
ARCHIVED = layout.archive_keys(GOOD.key, GOOD.etag, AT)[0]
ERROR = layout.error_keys(BAD.key, BAD.etag)[0]
ASIDE = layout.aside_keys(SIDE.key, SIDE.etag)[0]
DONE = frozenset({"validated.json", "calculated.json", "archived.json"})
COUNTS = {"rejected_rows": 1, "rejected_reasons": {"field_count": 1}}
STREAM_COUNTS = {**COUNTS, "new_listens": 2, "duplicate_rows": 1, "unknown_track_rows": 1}
DAY = {"listen_date": "2024-06-25", "top_5_genres": [{"rank": 1, "track_genre": "pop", "listens": 2}]}
NO_SONGS = {"rejected_rows": 0, "rejected_reasons": {}}


def stored(file: DeliveredFile) -> StoredObject:
    return StoredObject(file.etag, file.size, file.last_modified)


def row(file: DeliveredFile, **columns: Any) -> dict[str, Any]:
    identity = {"file_key": file.key, "etag": file.etag, "size": Decimal(file.size), "kind": file.kind}
    return {**identity, "batch_id": "b1", "delivered_at": file.last_modified, **columns}


def agreeing() -> AuditSnapshot:
    """One run: a good file, a refused one, a side file, songs."""
    success = dict.fromkeys(("validation_status", "kpi_ingestion_status", "archival_status"), "SUCCESS")
    counted = {
        GOOD.file_id: {"key": GOOD.key, "file_id": GOOD.file_id, **STREAM_COUNTS},
        SONGS.file_id: {"key": SONGS.key, "file_id": SONGS.file_id, **NO_SONGS},
    }
    return AuditSnapshot(
        objects={
            f"{LANDING}": StoredObject("e0", 0, AT),
            ARCHIVED: stored(GOOD),
            ERROR: stored(BAD),
            ASIDE: stored(SIDE),
            layout.reason_key(ERROR): StoredObject("r", 9, AT),
            SONGS.key: stored(SONGS),
        },
        batches=(Batch("b1", AT, (GOOD, BAD, SIDE, SONGS), DONE, counted),),
        ledger={
            GOOD.key: row(GOOD, rows=4, **success, **STREAM_COUNTS),
            BAD.key: row(BAD, rows=0, validation_status="FAILED", error="not_utf8: x"),
            SIDE.key: row(SIDE, rows=0, validation_status="SET_ASIDE"),
            SONGS.key: row(SONGS, rows=1, validation_status="SUCCESS", **NO_SONGS),
        },
        rejected_lines={GOOD.file_id: 1},
        curated_listens={GOOD.file_id: 2},
        unknown_listens={GOOD.file_id: 1},
        recounted={"TopGenresByDay": [DAY]},
        items={"TopGenresByDay": [DAY]},
        loaded_snapshots={"TopGenresByDay": {"2024-06-25": [[DAY]]}},
    )


Change = Callable[[AuditSnapshot], AuditSnapshot]


def put(**objects: StoredObject) -> Change:
    return lambda state: replace(state, objects={**state.objects, **objects})


def gone(*keys: str) -> Change:
    return lambda state: replace(state, objects={k: v for k, v in state.objects.items() if k not in keys})


def ledger_says(file: DeliveredFile, **columns: Any) -> Change:
    return lambda state: replace(
        state, ledger={**state.ledger, file.key: {**state.ledger[file.key], **columns}}
    )


def forgotten(file: DeliveredFile) -> Change:
    return lambda state: replace(state, ledger={k: v for k, v in state.ledger.items() if k != file.key})


def withdrawn(file: DeliveredFile) -> Change:
    """The ledger says that this delivery was taken back before it was read."""
    columns = row(file, rows=0, validation_status="FAILED", error=WITHDRAWN)
    return lambda state: replace(state, ledger={**state.ledger, file.key: columns})


def unfinished(state: AuditSnapshot) -> AuditSnapshot:
    broken_off = replace(state.batches[0], results=frozenset({"validated.json"}))
    objects = {key: each for key, each in state.objects.items() if key != ARCHIVED}
    return replace(state, batches=(broken_off,), objects={**objects, GOOD.key: stored(GOOD)})


def other(**columns: Any) -> dict[str, Any]:
    return {**DAY, "top_5_genres": [{**DAY["top_5_genres"][0], **columns}]}  # type: ignore[dict-item]


def held(*items: dict[str, Any]) -> Change:
    """The table holds these, and the loader knows."""
    dates = {item["listen_date"]: [[item]] for item in items}
    return lambda state: replace(
        state, items={"TopGenresByDay": list(items)}, loaded_snapshots={"TopGenresByDay": dates}
    )


def item_of(table: str, **item: str) -> Change:
    return lambda state: replace(state, items={**state.items, table: [item]})


TINY = StoredObject("t", 1, AT)
STALE_DAY = {"listen_date": "2024-06-26", "top_5_genres": []}
CASES: dict[str, tuple[Change, str, str]] = {
    # what happened: (change, the check that finds it, the key it names)
    "a run broke off": (unfinished, "runs_are_done", "run b1"),
    "a file is in archive and landing": (
        put(**{GOOD.key: stored(GOOD)}),
        "deliveries_are_in_one_place",
        GOOD.key,
    ),
    "a file is nowhere": (gone(ARCHIVED), "deliveries_are_in_one_place", GOOD.key),
    "a refused file is nowhere": (gone(ERROR), "deliveries_are_in_one_place", BAD.key),
    "a side file is nowhere": (gone(ASIDE), "deliveries_are_in_one_place", SIDE.key),
    "a side file is in aside and landing": (
        put(**{SIDE.key: stored(SIDE)}),
        "deliveries_are_in_one_place",
        SIDE.key,
    ),
    "a stranger in aside/": (put(**{"aside/x": TINY}), "moved_objects_are_deliveries", "aside/x"),
    "set aside, says the ledger alone": (gone(ASIDE), "ledger_statuses_fit_the_places", SIDE.key),
    "a side file that no step has seen": (
        ledger_says(SIDE, validation_status="PENDING"),
        "ledger_statuses_are_final",
        SIDE.key,
    ),
    "a stranger in archive/": (
        put(**{"archive/x.csv": TINY}),
        "moved_objects_are_deliveries",
        "archive/x.csv",
    ),
    "an archived copy of another size": (
        put(**{ARCHIVED: replace(stored(GOOD), size=9)}),
        "moved_objects_are_deliveries",
        ARCHIVED,
    ),
    "an archived copy of other content": (
        put(**{ARCHIVED: replace(stored(GOOD), etag="x")}),
        "moved_objects_are_deliveries",
        ARCHIVED,
    ),
    "a refused file without reason": (
        gone(layout.reason_key(ERROR)),
        "refused_files_have_their_reason",
        ERROR,
    ),
    "a reason without its file": (
        gone(ERROR),
        "refused_files_have_their_reason",
        layout.reason_key(ERROR),
    ),
    "no row in the ledger": (forgotten(GOOD), "ledger_has_a_row_of_each_delivery", GOOD.key),
    "a row of another object": (ledger_says(GOOD, etag="x"), "ledger_has_a_row_of_each_delivery", GOOD.key),
    "a row with another size": (
        ledger_says(GOOD, size=Decimal(1)),
        "ledger_has_a_row_of_each_delivery",
        GOOD.key,
    ),
    "a row that no run wrote": (
        lambda state: replace(state, ledger={**state.ledger, "x": row(replace(GOOD, key="x"))}),
        "ledger_has_a_row_of_each_delivery",
        "x",
    ),
    "a load that failed": (
        ledger_says(GOOD, kpi_ingestion_status="FAILED", error="RuntimeError: no"),
        "ledger_statuses_are_final",
        GOOD.key,
    ),
    "an archiving that never came": (
        ledger_says(GOOD, archival_status="PENDING"),
        "ledger_statuses_are_final",
        GOOD.key,
    ),
    "songs that were never validated": (
        ledger_says(SONGS, validation_status="PENDING"),
        "ledger_statuses_are_final",
        SONGS.key,
    ),
    "archived, says the ledger alone": (gone(ARCHIVED), "ledger_statuses_fit_the_places", GOOD.key),
    "refused, says the ledger alone": (gone(ERROR), "ledger_statuses_fit_the_places", BAD.key),
    "a withdrawn delivery that was another one": (
        lambda state: gone(ARCHIVED)(withdrawn(replace(GOOD, last_modified=EARLIER))(state)),
        "deliveries_are_in_one_place",
        GOOD.key,
    ),
    "a row lost between the counts": (ledger_says(GOOD, rows=Decimal(5)), "ledger_counts_add_up", GOOD.key),
    "a reason lost": (ledger_says(GOOD, rejected_reasons={}), "ledger_counts_add_up", GOOD.key),
    "a rejected row lost": (
        lambda state: replace(state, rejected_lines={}),
        "rejected_rows_are_kept",
        GOOD.key,
    ),
    "rejected rows of no file": (
        lambda state: replace(state, rejected_lines={**state.rejected_lines, "f": 1}),
        "rejected_rows_are_kept",
        "rejected/…/file_id=f/",
    ),
    "a listen lost": (
        lambda state: replace(state, curated_listens={GOOD.file_id: 1}),
        "curated_listens_are_as_counted",
        GOOD.key,
    ),
    "listens of no file": (
        lambda state: replace(state, curated_listens={**state.curated_listens, "f": 1}),
        "curated_listens_are_as_counted",
        "curated/listens/ of file_id f",
    ),
    "a songs file that made known songs unknown": (
        lambda state: replace(state, unknown_listens={GOOD.file_id: 2}),
        "known_songs_stay_known",
        GOOD.key,
    ),
    "a listen in two files": (
        lambda state: replace(state, repeated_listens={"2024-06-25": 1}),
        "curated_holds_each_listen_once",
        "curated/listens/listen_date=2024-06-25/",
    ),
    "staging left": (
        put(**{"staging/b1/streams/x.parquet": TINY}),
        "staging_is_cleared",
        "staging/b1/",
    ),
    "staging left by a run that broke off before the last one that is done": (
        lambda state: replace(
            put(**{"staging/b0/streams/x.parquet": TINY})(state),
            batches=(Batch("b0", "2024-06-24T00:00:00Z", (), frozenset()), *state.batches),
        ),
        "staging_is_cleared",
        "staging/b0/",
    ),
    "pending dates": (
        put(**{"pending/b1.json": TINY}),
        "no_dates_are_pending",
        "pending/b1.json",
    ),
    "a temporary object": (
        put(**{"output/x/_temporary/0/part": TINY}),
        "nothing_temporary_is_left",
        "output/x/_temporary/0/part",
    ),
    "an unfinished upload": (
        lambda state: replace(state, unfinished_uploads=("archive/u",)),
        "nothing_temporary_is_left",
        "archive/u",
    ),
    "a table that was changed by hand": (
        lambda state: replace(state, items={"TopGenresByDay": [other(listens=3)]}),
        "loaded_snapshots_equal_the_tables",
        "loaded/TopGenresByDay/2024-06-25/",
    ),
    "two snapshots of one date": (
        lambda state: replace(state, loaded_snapshots={"TopGenresByDay": {"2024-06-25": [[DAY], [DAY]]}}),
        "loaded_snapshots_equal_the_tables",
        "loaded/TopGenresByDay/2024-06-25/",
    ),
    "another number": (
        held(other(listens=3)),
        "items_of_TopGenresByDay_are_as_recounted",
        "TopGenresByDay 2024-06-25",
    ),
    "a stale item": (
        held(DAY, STALE_DAY),
        "items_of_TopGenresByDay_are_as_recounted",
        "TopGenresByDay 2024-06-26",
    ),
    "a missing item": (held(), "items_of_TopGenresByDay_are_as_recounted", "TopGenresByDay 2024-06-25"),
    "a stale track": (
        item_of("track_level_reports", track_id="t", report_date="d"),
        "items_of_track_level_reports_are_as_recounted",
        "track_level_reports t / d",
    ),
    "a stale hour": (
        item_of("MusicStreamingKPIs", listen_date="d", kpi_type="HOUR#08"),
        "items_of_MusicStreamingKPIs_are_as_recounted",
        "MusicStreamingKPIs d / HOUR#08",
    ),
    "a stale song": (
        item_of("TopSongsByGenre", listen_date="d", track_genre="pop"),
        "items_of_TopSongsByGenre_are_as_recounted",
        "TopSongsByGenre d / pop",
    ),
    "a stale genre": (
        item_of("GenreDailyKPIs", date="d", track_genre="pop"),
        "items_of_GenreDailyKPIs_are_as_recounted",
        "GenreDailyKPIs d / pop",
    ),
}


def test_a_state_that_agrees_has_no_disagreement() -> None:
    assert {name: found for name, found in findings(agreeing()).items() if found} == {}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_disagreement_is_found(case: str) -> None:
    change, check, key = CASES[case]
    found = findings(change(agreeing()))
    assert key in [each.key for each in found[check]]
    assert all(each.expected and each.found and each.next for each in found[check])


def test_days_that_every_run_fails_at_are_told_with_what_mends_that() -> None:
    change, check, _ = CASES["pending dates"]
    assert [each.next for each in findings(change(agreeing()))[check]] == [
        "make runs; the next run computes them;"
        " if it fails, too: correct what its log says (make logs), then: make up"
    ]


def test_every_check_has_a_case() -> None:
    assert set(CHECKS) == {check for _, check, _ in CASES.values()}


def test_missing_songs_are_delivered_before_a_day_is_recomputed() -> None:
    changed = held(other(listens=3))(agreeing())
    recounted = "items_of_TopGenresByDay_are_as_recounted"
    (alone,) = findings(changed)[recounted]
    (beside_the_cause,) = findings(replace(changed, unknown_listens={GOOD.file_id: 2}))[recounted]
    assert alone.next == "make recompute FROM=2024-06-25 TO=2024-06-25"
    assert beside_the_cause == replace(alone, next=report.SONGS_FIRST)


def test_of_some_days_only_the_checks_that_need_no_more_than_those() -> None:
    some_days = replace(agreeing(), days=("2024-06-25",), batches=(), ledger={}, curated_listens={})
    found = findings(held(other(listens=3))(some_days))
    assert [name for name, disagreements in found.items() if disagreements] == [
        "items_of_TopGenresByDay_are_as_recounted"
    ]
    assert len(found) == 8


def vanishes(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects that were listed are gone when they are read, that often."""
    reads = iter([client_error("NoSuchKey", "GetObject")] * times)

    def read(_: object) -> AuditSnapshot:
        for error in reads:
            raise error
        return agreeing()

    monkeypatch.setattr(report, "read_snapshot", read)


def test_what_a_run_replaces_meanwhile_is_read_again_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    location: Any = None
    vanishes(2, monkeypatch)
    assert not any(report.audit(location)[1].values())
    vanishes(3, monkeypatch)
    with pytest.raises(SandboxError, match="objects that went away meanwhile, 3 times"):
        report.audit(location)


LATER = replace(GOOD, etag="e9", last_modified="2024-06-26T00:00:00Z")


@pytest.mark.parametrize(
    "change",
    [
        put(**{f"{LANDING}next.csv": TINY}),
        put(**{ARCHIVED: replace(stored(GOOD), etag="in-parts-2")}),
        lambda state: replace(gone(ARCHIVED)(put(**{GOOD.key: stored(LATER)})(state))),
        put(**{"staging/tmp/": TINY}),
    ],
    ids=["a file no run took up yet", "a copy in parts", "replaced by its sender", "Glue's own folder"],
)
def test_what_is_no_disagreement(change: Change) -> None:
    state = replace(change(agreeing()), source_etags={ARCHIVED: GOOD.etag})
    found = findings(state)
    # That the replaced one is not archived, the ledger still has wrong here: only its place is looked at.
    assert found["deliveries_are_in_one_place"] == found["moved_objects_are_deliveries"] == []
    assert found["runs_are_done"] == found["staging_is_cleared"] == []


def test_a_delivery_that_was_taken_back_before_it_was_read_is_no_disagreement() -> None:
    state = agreeing()
    taken_back = replace(GOOD, key=f"{LANDING}taken_back.csv")
    batch = replace(state.batches[0], files=(*state.batches[0].files, taken_back))
    found = findings(withdrawn(taken_back)(replace(state, batches=(batch,))))
    assert {name: each for name, each in found.items() if each} == {}
