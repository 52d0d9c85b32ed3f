"""Where everything lies in the data bucket. No other module builds a key.

spotify_data/{songs,users,user_streams}/   landing: what was delivered and not yet processed
manifests/ staging/ batches/ pending/      what one run works on, and what its steps left
reference/                                 the last good copy of each songs and users file
curated/ output/ loaded/                   listens, KPIs, and what of them is in DynamoDB
rejected/ error/ archive/                  rows that were refused, files that were refused, files done
aside/                                     what tools leave beside data: markers, checksums, hidden files
alerts/                                    which failed runs people were told of, until one succeeds
"""

import hashlib
import re
from typing import Optional

from music_streams.contracts import INPUTS, KpiTable

LANDING_PREFIX = "spotify_data/"
MANIFESTS = "manifests/"
STAGING = "staging/"
BATCHES = "batches/"
PENDING = "pending/"
REFERENCE = "reference/"
CURATED_LISTENS = "curated/listens/"
OUTPUT = "output/"
LOADED = "loaded/"
REJECTED = "rejected/"
ERROR = "error/"
ARCHIVE = "archive/"
ASIDE = "aside/"
TOLD_FAILURE = "alerts/told_failure.json"
REASON = ".reason.json"
LONGEST_KEY = 1024 - len(REASON)
"""Bytes of a key in error/ or archive/. S3 takes 1,024, and a reason must fit beside a refused file."""
SHORTEST_NAME = 64
"""Bytes that a shortened name keeps at least, so that a reader and a suffix survive."""
BATCH_ID_PATTERN = re.compile(r"^[A-Za-z0-9_.~-]+$")


def checked_batch_id(batch_id: str) -> str:
    """Return the batch id itself, if it can stand in a key.

    Raises:
        ValueError: it holds other characters than letters, digits and `_.~-`.
    """
    if not BATCH_ID_PATTERN.fullmatch(batch_id):
        raise ValueError(f"batch_id: expected letters, digits and _.~- only, found {batch_id!r}")
    return batch_id


def batch_id_of(run_id: str) -> str:
    """Return the batch of an Airflow run as the DAG's template makes it, without what S3 keys do not like."""
    return run_id.replace(":", "").replace("+", "_")


def file_id(key: str, etag: str) -> str:
    """Return a short name for one delivered object: the same key with other content is another file."""
    return hashlib.sha256(f"{key}\n{etag}".encode()).hexdigest()[:16]


def kind_of(key: str) -> Optional[str]:
    """Return `streams`, `songs` or `users` by the folder a key lies in; None for a key anywhere else."""
    for contract in INPUTS.values():
        if key.startswith(LANDING_PREFIX + contract.folder):
            return contract.kind
    return None


def landing_folder(kind: str, landing_prefix: str = LANDING_PREFIX) -> str:
    """Where files of one kind are delivered."""
    return landing_prefix + INPUTS[kind].folder


def landing_key(below: str) -> str:
    """Return the key of a file that lies in landing, by its folder and name there."""
    return f"{LANDING_PREFIX}{below}"


def manifest_key(batch_id: str) -> str:
    """The frozen list of files a run works on."""
    return f"{MANIFESTS}{batch_id}.json"


def batch_of_manifest(key: str) -> str:
    """Return the batch whose manifest lies under this key."""
    return key[len(MANIFESTS) : -len(".json")]


def staging_prefix(batch_id: str, kind: Optional[str] = None) -> str:
    """The normalised copies of a run's good files."""
    return f"{STAGING}{batch_id}/" if kind is None else f"{STAGING}{batch_id}/{kind}/"


def staged_key(batch_id: str, kind: str, a_file_id: str) -> str:
    """The normalised copy of one file, or of several small ones of which it is the first."""
    return f"{staging_prefix(batch_id, kind)}{a_file_id}.parquet"


def batch_of_staged(key: str) -> str:
    """Return the batch whose copy lies below `staging/` under this key."""
    return key[len(STAGING) :].partition("/")[0]


def batch_prefix(batch_id: str) -> str:
    """The results of a run's steps."""
    return f"{BATCHES}{batch_id}/"


def validated_key(batch_id: str) -> str:
    """What validate_input_files leaves for the next step."""
    return f"{batch_prefix(batch_id)}validated.json"


def calculated_key(batch_id: str) -> str:
    """What calculate_metrics_etl leaves for the next step."""
    return f"{batch_prefix(batch_id)}calculated.json"


def archived_key(batch_id: str) -> str:
    """What archive_streams_files leaves when all is done."""
    return f"{batch_prefix(batch_id)}archived.json"


def reference_prefix(kind: str) -> str:
    """The last good copies of songs or users files."""
    return f"{REFERENCE}{kind}/"


def reference_key(kind: str, key: str) -> str:
    """The last good copy of one songs or users file, as it was staged."""
    return f"{reference_prefix(kind)}{hashlib.sha256(key.encode()).hexdigest()}.parquet"


def pending_key(batch_id: str) -> str:
    """The dates a run has begun to change and that are not yet in DynamoDB."""
    return f"{PENDING}{batch_id}.json"


def curated_partition(date: str) -> str:
    """All listens of one date."""
    return f"{CURATED_LISTENS}listen_date={date}/"


def output_prefix(table: KpiTable) -> str:
    """All results of one KPI table."""
    return f"{OUTPUT}{table.name}/"


def output_partition(table: KpiTable, date: str) -> str:
    """The results of one KPI table for one date."""
    return f"{output_prefix(table)}{table.date_column}={date}/"


def whole_part(partition: str) -> str:
    """Return the key of the one file of a partition that is written as a whole."""
    return f"{partition}part-0.json"


def loaded_table_prefix(table: KpiTable) -> str:
    """The snapshots of all dates of one table."""
    return f"{LOADED}{table.name}/"


def loaded_prefix(table: KpiTable, date: str) -> str:
    """The snapshots of what is, or may be, in DynamoDB for one table and date."""
    return f"{loaded_table_prefix(table)}{date}/"


def rejected_prefix(kind: str) -> str:
    """Refused rows, partitioned by file_id."""
    return f"{REJECTED}{kind}/"


def rejected_partition(kind: str, a_file_id: str) -> str:
    """Refused rows of one file."""
    return f"{rejected_prefix(kind)}file_id={a_file_id}/"


def _fitting(top: str, folder: str, stamp: str, name: str) -> str:
    """`<top><folder><stamp><name>`, shortened to what S3 takes as a key.

    A long name keeps its end and gets 8 digits of a hash of what was delivered, so that the shortened key of
    one object is always the same and no other's. A folder that leaves no room for a name is left out.
    """
    key = f"{top}{folder}{stamp}{name}"
    if len(key.encode()) <= LONGEST_KEY:
        return key
    digits = hashlib.sha256(f"{folder}{name}".encode()).hexdigest()[:8]
    start = f"{top}{folder}{stamp}{digits}_"
    if len(start.encode()) > LONGEST_KEY - SHORTEST_NAME:
        start = f"{top}{stamp}{digits}_"
    room = LONGEST_KEY - len(start.encode())
    return start + name.encode()[-room:].decode(errors="ignore")


def _folder_and_name(below: str) -> "tuple[str, str]":
    folder, slash, name = below.rpartition("/")
    return folder + slash, name


def error_keys(key: str, etag: str) -> "tuple[str, str]":
    """Where a refused file goes, and where it goes if another file is there already."""
    return _keys_below(ERROR, key, etag)


def aside_keys(key: str, etag: str) -> "tuple[str, str]":
    """Where a side file goes, and where it goes if another file is there already."""
    return _keys_below(ASIDE, key, etag)


def _keys_below(top: str, key: str, etag: str) -> "tuple[str, str]":
    folder, name = _folder_and_name(key[len(LANDING_PREFIX) :])
    return _fitting(top, folder, "", name), _fitting(top, folder, f"{etag[:8]}_", name)


def reason_key(error_key: str) -> str:
    """Why the file was refused; lies beside it."""
    return f"{error_key}{REASON}"


def archive_keys(key: str, etag: str, last_modified: str) -> "tuple[str, str]":
    """Where a finished stream file goes, and where it goes if another file is there already.

    The names depend on the delivered object alone (`last_modified` as ISO 8601 UTC), so that a repeated
    archiving finds its own copy again.
    """
    folder, name = _folder_and_name(key[len(landing_folder("streams")) :])
    stamp = re.sub(r"[-:]", "", last_modified) + "_"
    top = f"{ARCHIVE}{last_modified[:10].replace('-', '/')}/"
    return _fitting(top, folder, stamp, name), _fitting(top, folder, f"{stamp}{etag[:8]}_", name)
