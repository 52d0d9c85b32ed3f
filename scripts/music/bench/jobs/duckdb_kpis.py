"""DuckDB's answer to the pipeline's question: the five KPI tables of some CSV files, by two threads.

    python -m music.bench.jobs.duckdb_kpis LISTENS.sql FOLDER ITEMS

FOLDER is a delivery (`user_streams/`, `songs/`), LISTENS.sql the definition of a listen that the tests hold
the jobs to. Prints the CPU seconds from the CSV files to the tables, then leaves the tables' items in ITEMS,
pickled.
"""

from __future__ import annotations

import pickle
import sys
import time
from pathlib import Path

from music.audit.recount import define_kpis, items_of
from music_streams.contracts import KPI_TABLES

STREAM_COLUMNS = "user_id, track_id, listen_time"
SONG_COLUMNS = "id, track_id, track_name, artists, track_genre, duration_ms"


def main(listens_sql: Path, folder: Path, items: Path) -> None:
    """Compute, print how long it took, and keep what came of it."""
    import duckdb

    with duckdb.connect() as db:
        began = time.process_time()
        db.execute("SET threads = 2")

        for table, columns, files in (
            ("stream_rows", STREAM_COLUMNS, folder / "user_streams" / "*.csv"),
            ("song_rows", SONG_COLUMNS, folder / "songs" / "*.csv"),
        ):
            # A row with too few or too many fields is no listen; DuckDB leaves it out.
            db.execute(
                f"CREATE TABLE {table} AS SELECT {columns} FROM read_csv('{files}', header = true,"  # noqa: S608
                " delim = ',', quote = '\"', escape = '\"', all_varchar = true, ignore_errors = true)"
            )

        db.execute(listens_sql.read_text(encoding="utf-8"))
        define_kpis(db)
        for contract in KPI_TABLES:
            db.execute(f'CREATE TABLE "answer {contract.name}" AS SELECT * FROM "{contract.name}"')  # noqa: S608

        print(time.process_time() - began)
        items.write_bytes(pickle.dumps({table.name: list(items_of(db, table.name)) for table in KPI_TABLES}))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
