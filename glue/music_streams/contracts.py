"""Every dataset of the pipeline as data: what one row is, its columns, its key.

The validation, the Spark transforms, the loader and the tests all read these. A new KPI table is a new
`KpiTable` here, its rows in `kpi_tables/kpi_rows.py` (or a transform in `transforms/kpis.py`, if they grow
with the listens), and a table in `infra/`.
"""

from dataclasses import dataclass
from typing import Optional

STRING = "string"
INT = "int"
DECIMAL6 = "decimal6"
"""An exact number with six decimals."""
BOOL = "bool"
TIMESTAMP = "timestamp"
"""An instant in UTC."""
LIST = "list"
"""A list of maps; the maps' columns are in `Column.fields`."""

_BLANKS = (
    *(*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, 0x180E),
    *(*range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF),
)
BLANKS = "".join(map(chr, _BLANKS))
"""White space of every kind, with the zero-width space and the byte order mark.

At the edges of a column's name, an id, a genre, a number or a time they are no part of it: what consists of
them alone is missing. Names of songs and artists are kept as delivered.
"""


@dataclass(frozen=True)
class Column:
    """One named, typed value. An optional one is left out of an item where it has no value."""

    name: str
    type: str
    optional: bool = False
    fields: "tuple[Column, ...]" = ()


@dataclass(frozen=True)
class InputFile:
    """A kind of delivered CSV file. Other columns than these may be in the file and are ignored."""

    kind: str
    one_row_per: str
    folder: str
    required: "tuple[str, ...]"
    optional: "tuple[str, ...]" = ()

    @property
    def columns(self) -> "tuple[str, ...]":
        """Every column the pipeline reads from the file."""
        return self.required + self.optional


@dataclass(frozen=True)
class Index:
    """A second order of a DynamoDB table's items, with all their attributes."""

    name: str
    partition_key: str
    sort_key: str


@dataclass(frozen=True)
class KpiTable:
    """A DynamoDB table of results, and the folder of the same name below `output/`."""

    name: str
    one_row_per: str
    partition_key: str
    sort_key: Optional[str]
    date_column: str
    columns: "tuple[Column, ...]"
    indexes: "tuple[Index, ...]" = ()

    @property
    def key(self) -> "tuple[str, ...]":
        """The columns that identify one item."""
        return (self.partition_key,) if self.sort_key is None else (self.partition_key, self.sort_key)


STREAMS = InputFile(
    "streams",
    "one listen: a user played a track at a time",
    "user_streams/",
    ("user_id", "track_id", "listen_time"),
)
SONGS = InputFile(
    "songs",
    "one track in one genre",
    "songs/",
    ("track_id", "track_name", "track_genre", "duration_ms"),
    ("id", "artists"),
)
USERS = InputFile("users", "one user", "users/", ("user_id", "user_name"))
INPUTS = {contract.kind: contract for contract in (STREAMS, SONGS, USERS)}
CSV_SUFFIXES = (".csv", ".csv.gz")

SIDE_FILE = "side_file"
"""Kind of the objects that tools leave beside data, and that hold no rows."""
_OF_DESKTOPS = ("desktop.ini", "thumbs.db")


def is_side_file(key: str) -> bool:
    """Return whether tools leave objects of this name beside data: it is neither read nor refused.

    Spark and Hadoop leave `_SUCCESS`, `.part-0.csv.crc` and `folder_$folder$`, systems hidden files such as
    `.DS_Store`. A CSV file whose name begins with `_` is a delivery.
    """
    name = key.rpartition("/")[2].lower()
    is_marker = name.startswith("_") and not name.endswith(CSV_SUFFIXES)
    return is_marker or name.startswith(".") or name.endswith((".crc", "_$folder$")) or name in _OF_DESKTOPS


LISTEN_KEY = ("user_id", "track_id", "listen_time")
"""What makes a listen that listen; the same three again are the same listen delivered twice."""

MAX_BYTES = {
    "user_id": 1024,
    "track_id": 1024,
    "track_genre": 900,
    "track_name": 4096,
    "artists": 4096,
}
"""Longest values in UTF-8; a row with a longer one is refused, or its items could never be written.

DynamoDB takes partition keys of up to 2048 bytes, sort keys of up to 1024 (`HOUR#hh#GENRE#` and the genre
make one), and items of up to 400 KB.
"""

CURATED_LISTENS = (
    Column("user_id", STRING),
    Column("track_id", STRING),
    Column("listen_time", TIMESTAMP),
    Column("source_key", STRING),
    Column("file_id", STRING),
    Column("listen_date", STRING),
)
"""One row per listen, in UTC as delivered; `listen_date` is the Parquet partition."""

LISTENING_METRICS = (
    Column("listen_count", INT),
    Column("unique_listeners", INT),
    Column("total_listening_time", INT),
    Column("avg_listening_time_per_user", DECIMAL6),
)
"""Times: the total in milliseconds, the average in seconds."""

TRACK_LEVEL_REPORTS = KpiTable(
    "track_level_reports",
    "one row per track and day it was listened to",
    "track_id",
    "report_date",
    "report_date",
    (
        Column("track_id", STRING),
        Column("report_date", STRING),
        Column("total_listens", INT),
        Column("unique_users", INT),
        Column("total_listening_time", INT, optional=True),
        Column("avg_listening_time_per_user", DECIMAL6, optional=True),
        Column("track_name", STRING, optional=True),
        Column("artists", STRING, optional=True),
        Column("track_genre", STRING, optional=True),
        Column("song_known", BOOL),
        Column("rank_in_genre", INT, optional=True),
    ),
)
MUSIC_STREAMING_KPIS = KpiTable(
    "MusicStreamingKPIs",
    "one row per day, and per genre, hour, and genre in an hour of that day",
    "listen_date",
    "kpi_type",
    "listen_date",
    (Column("listen_date", STRING), Column("kpi_type", STRING), *LISTENING_METRICS),
    (Index("by_kpi_type", "kpi_type", "listen_date"),),  # the days with data; a genre over days
)
TOP_SONGS_BY_GENRE = KpiTable(
    "TopSongsByGenre",
    "one row per genre and day, with its three most played songs",
    "listen_date",
    "track_genre",
    "listen_date",
    (
        Column("listen_date", STRING),
        Column("track_genre", STRING),
        Column(
            "top_3_songs",
            LIST,
            fields=(
                Column("rank", INT),
                Column("track_id", STRING),
                Column("track_name", STRING, optional=True),
                Column("artists", STRING, optional=True),
                Column("listens", INT),
            ),
        ),
    ),
)
TOP_GENRES_BY_DAY = KpiTable(
    "TopGenresByDay",
    "one row per day, with its five most played genres",
    "listen_date",
    None,
    "listen_date",
    (
        Column("listen_date", STRING),
        Column(
            "top_5_genres",
            LIST,
            fields=(Column("rank", INT), Column("track_genre", STRING), Column("listens", INT)),
        ),
    ),
)
GENRE_DAILY_KPIS = KpiTable(
    "GenreDailyKPIs",
    "one row per genre and day, with names for people to read",
    "date",
    "track_genre",
    "date",
    (
        Column("date", STRING),
        Column("track_genre", STRING),
        *LISTENING_METRICS,
        Column("top_3_songs", STRING),
        Column("top_5_genres", STRING),
    ),
)
KPI_TABLES = (
    TRACK_LEVEL_REPORTS,
    MUSIC_STREAMING_KPIS,
    TOP_SONGS_BY_GENRE,
    TOP_GENRES_BY_DAY,
    GENRE_DAILY_KPIS,
)
KPI_TABLES_BY_NAME = {contract.name: contract for contract in KPI_TABLES}

METRICS_NAMESPACE = "MusicStreams"
"""Of the CloudWatch metrics; roles and alarms name it, too."""
LEDGER_TABLE = "FileValidationMetadata"
"""One row per delivered object (partition key `file_key`); its attributes are in `ledger.py`."""
LEDGER_KEY = "file_key"
LEDGER_INDEX = Index("by_kind", "kind", "delivered_at")
"""The files of a kind in the order of their delivery."""
