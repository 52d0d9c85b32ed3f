"""Whether the state equals that of an undisturbed run: the audit, the oracle, and each listen counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
from chaos.stream import Stream
from oracle import KEYS, LISTENS_SQL, differences, oracle_items

from music.audit.location import DataLocation
from music.audit.reader import read_snapshot
from music.audit.report import findings
from music.audit.snapshot import AuditSnapshot
from music_streams import layout

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_s3 import S3Client

# Prefixes that an undisturbed run leaves empty.
EMPTY = (layout.landing_folder("streams"), "staging/", layout.PENDING)


@dataclass(frozen=True)
class Verdict:
    """What the state says of the listens sent."""

    listens: int
    lost: int
    doubled: int
    problems: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.problems)


def verdict_of(
    stream: Stream, s3: S3Client, dynamodb: DynamoDBServiceResource, bucket: str, tables: Mapping[str, str]
) -> Verdict:
    """Read everything and compare it with what was sent."""
    snapshot = read_snapshot(DataLocation(s3, dynamodb, bucket, tables))
    problems = [
        f"{name}: {each.key}: expected {each.expected}, found {each.found}"
        for name, disagreements in findings(snapshot).items()
        for each in disagreements
    ]
    problems += [f"left: {key}" for prefix in EMPTY for key in snapshot.below(prefix)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "listens.csv").write_bytes(stream.listens_file)
        (folder / "songs.csv").write_bytes(stream.songs_file)
        wanted = oracle_items([folder / "listens.csv"], [folder / "songs.csv"])
        for table in KEYS:
            problems += differences(table, wanted[table], snapshot.items[table])
        listens, lost, doubled = _counted(s3, bucket, snapshot, folder)
    return Verdict(listens, lost, doubled, tuple(problems))


def _counted(s3: S3Client, bucket: str, snapshot: AuditSnapshot, folder: Path) -> tuple[int, int, int]:
    """Listens sent; those of them that curated lacks; rows of curated that are one too many."""
    parts = [key for key in snapshot.below(layout.CURATED_LISTENS) if key.endswith(".parquet")]
    for number, key in enumerate(parts):
        s3.download_file(bucket, key, str(folder / f"{number}.parquet"))
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE stream_rows AS SELECT * FROM read_csv(?, all_varchar = true, header = true,"
            " auto_detect = false, quote = '\"', escape = '\"',"
            " columns = {'user_id': 'VARCHAR', 'track_id': 'VARCHAR', 'listen_time': 'VARCHAR'})",
            [str(folder / "listens.csv")],
        )
        db.execute(LISTENS_SQL)
        columns = "user_id, track_id, make_timestamp(epoch_us(listen_time)) AS listened_at"
        db.execute(
            f"CREATE TABLE kept AS SELECT {columns} FROM read_parquet(?, hive_partitioning = false)",  # noqa: S608
            [[str(folder / f"{number}.parquet") for number in range(len(parts))]],
        )
        (sent,) = db.execute("SELECT count(*) FROM listens").fetchone() or (0,)
        lost = db.execute("SELECT count(*) FROM (FROM listens EXCEPT FROM kept)").fetchone() or (0,)
        doubled = db.execute(
            "SELECT (SELECT count(*) FROM kept) - (SELECT count(*) FROM (FROM kept INTERSECT FROM listens))"
        ).fetchone() or (0,)
    return sent, lost[0], doubled[0]
