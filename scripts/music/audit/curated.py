"""Local copies of curated listens and songs → tables of DuckDB, for the recount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SONG_COLUMNS = ("id", "track_id", "track_name", "artists", "track_genre", "duration_ms")


def load_listens(db: duckdb.DuckDBPyConnection, parquet: Sequence[str]) -> None:
    """Make `listens` (one row per listen) and `origins` (the same, with file_id and number of copies).

    Curated may hold a listen twice after a crash: it counts once, for the file that sorts first.
    """
    db.execute(
        "CREATE TABLE curated (user_id VARCHAR, track_id VARCHAR, listened_at TIMESTAMP,"
        " source_key VARCHAR, file_id VARCHAR)"
    )
    if parquet:
        # epoch_us: a time with a zone would be shown in the zone of this machine.
        db.execute(
            "INSERT INTO curated SELECT user_id, track_id, make_timestamp(epoch_us(listen_time)),"
            " source_key, file_id FROM read_parquet(?, hive_partitioning = false)",
            [list(parquet)],
        )

    db.execute(
        "CREATE TABLE origins AS SELECT user_id, track_id, listened_at,"
        " arg_min(file_id, (source_key, file_id)) AS file_id, count(*) AS copies"
        " FROM curated GROUP BY ALL"
    )
    db.execute("CREATE VIEW listens AS SELECT user_id, track_id, listened_at FROM origins")


def load_songs(db: duckdb.DuckDBPyConnection, parquet: Sequence[str]) -> None:
    """Make `song_rows` from the staged copies of songs files; rows with a problem are left out."""
    names = ", ".join(f"{name} VARCHAR" for name in SONG_COLUMNS)
    db.execute(f"CREATE TABLE song_rows ({names})")
    if parquet:
        db.execute(
            f"INSERT INTO song_rows SELECT {', '.join(SONG_COLUMNS)} FROM read_parquet(?)"  # noqa: S608
            " WHERE problem IS NULL",
            [list(parquet)],
        )


def listens_by_file(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return file_id → its distinct listens."""
    return dict(db.execute("SELECT file_id, count(*) FROM origins GROUP BY ALL").fetchall())


def unknown_by_file(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return file_id → its listens of tracks that no song of the view `songs` has; after the recount."""
    return dict(
        db.execute(
            "SELECT file_id, count(*) FROM origins ANTI JOIN songs USING (track_id) GROUP BY ALL"
        ).fetchall()
    )


def repeated_by_date(db: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return date → listens that curated holds more than once."""
    return dict(
        db.execute(
            "SELECT strftime(listened_at, '%Y-%m-%d'), count(*) FROM origins WHERE copies > 1 GROUP BY ALL"
        ).fetchall()
    )
