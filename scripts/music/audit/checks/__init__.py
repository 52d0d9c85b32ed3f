"""The checks of the audit by name: each takes a snapshot and yields every disagreement that it finds."""

from __future__ import annotations

from collections.abc import Mapping

from music.audit.checks import files, ledger, runs, tables
from music.audit.checks.disagreement import Check
from music_streams.contracts import KPI_TABLES


def _named(*checks: Check) -> dict[str, Check]:
    return {check.__name__: check for check in checks}


RECOUNTS: Mapping[str, Check] = {
    f"items_of_{table.name}_are_as_recounted": tables.recount_of(table) for table in KPI_TABLES
}

CHECKS_OF_DAYS: Mapping[str, Check] = {
    **_named(
        tables.curated_holds_each_listen_once,
        runs.no_dates_are_pending,
        tables.loaded_snapshots_equal_the_tables,
    ),
    **RECOUNTS,
}
"""Those that need nothing but the data of some days; the others need the whole history."""

CHECKS: Mapping[str, Check] = {
    **_named(
        runs.runs_are_done,
        files.deliveries_are_in_one_place,
        files.moved_objects_are_deliveries,
        files.refused_files_have_their_reason,
        ledger.ledger_has_a_row_of_each_delivery,
        ledger.ledger_statuses_are_final,
        ledger.ledger_statuses_fit_the_places,
        ledger.ledger_counts_add_up,
        ledger.rejected_rows_are_kept,
        ledger.curated_listens_are_as_counted,
        ledger.known_songs_stay_known,
        runs.staging_is_cleared,
        runs.nothing_temporary_is_left,
    ),
    **CHECKS_OF_DAYS,
}
