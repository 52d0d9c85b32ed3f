"""Where everything lies in the data bucket. No other module builds a key.

spotify_data/{songs,users,user_streams}/   landing: what was delivered and not yet worked off
manifests/ staging/ batches/ pending/      one run's own papers
curated/ output/ loaded/                   listens, KPIs, and what of them is in DynamoDB
rejected/ error/ archive/                  rows that were refused, files that were refused, files done
"""

import hashlib
import re
from typing import Optional

from music_streams.contracts import INPUTS, KpiTable

LANDING_PREFIX = "spotify_data/"
CURATED_LISTENS = "curated/listens/"
PENDING = "pending/"
BATCH_ID_PATTERN = re.compile(r"^[A-Za-z0-9_.~-]+$")


def checked_batch_id(batch_id: str) -> str:
    """The batch id itself, if it can stand in a key.

    Raises:
        ValueError: it holds other characters than letters, digits and `_.~-`.
    """
    if not BATCH_ID_PATTERN.match(batch_id):
        raise ValueError(f"batch_id: expected letters, digits and _.~- only, found {batch_id!r}")
    return batch_id


def file_id(key: str, etag: str) -> str:
    """A short name for one delivered object: the same key with other content is another file."""
    return hashlib.sha256(f"{key}\n{etag}".encode()).hexdigest()[:16]


def kind_of(key: str, landing_prefix: str = LANDING_PREFIX) -> Optional[str]:
    """`streams`, `songs` or `users` by the folder a key lies in; None for a key anywhere else."""
    for contract in INPUTS.values():
        if key.startswith(landing_prefix + contract.folder):
            return contract.kind
    return None


def landing_folder(kind: str, landing_prefix: str = LANDING_PREFIX) -> str:
    """Where files of one kind are delivered."""
    return landing_prefix + INPUTS[kind].folder


def manifest_key(batch_id: str) -> str:
    """The frozen list of files a run works on."""
    return f"manifests/{batch_id}.json"


def staging_prefix(batch_id: str, kind: Optional[str] = None) -> str:
    """The normalised copies of a run's good files."""
    return f"staging/{batch_id}/" if kind is None else f"staging/{batch_id}/{kind}/"


def staged_key(batch_id: str, kind: str, a_file_id: str) -> str:
    """The normalised copy of one file."""
    return f"{staging_prefix(batch_id, kind)}{a_file_id}.jsonl"


def validated_key(batch_id: str) -> str:
    """What validate_input_files leaves for the next step."""
    return f"batches/{batch_id}/validated.json"


def calculated_key(batch_id: str) -> str:
    """What calculate_metrics_etl leaves for the next step."""
    return f"batches/{batch_id}/calculated.json"


def pending_key(batch_id: str) -> str:
    """The dates a run has begun to change and that are not yet in DynamoDB."""
    return f"{PENDING}{batch_id}.json"


def curated_partition(date: str) -> str:
    """All listens of one date."""
    return f"{CURATED_LISTENS}listen_date={date}/"


def output_prefix(table: KpiTable) -> str:
    """All results of one KPI table."""
    return f"output/{table.name}/"


def output_partition(table: KpiTable, date: str) -> str:
    """The results of one KPI table for one date."""
    return f"{output_prefix(table)}{table.date_column}={date}/"


def loaded_prefix(table: KpiTable, date: str) -> str:
    """The snapshots of what is, or may be, in DynamoDB for one table and date."""
    return f"loaded/{table.name}/{date}/"


def rejected_prefix(kind: str) -> str:
    """Refused rows, partitioned by file_id."""
    return f"rejected/{kind}/"


def _with_etag(key: str, etag: str) -> str:
    folder, _, name = key.rpartition("/")
    return f"{folder}/{etag[:8]}_{name}"


def error_keys(key: str, etag: str, landing_prefix: str = LANDING_PREFIX) -> "tuple[str, str]":
    """Where a refused file goes, and where it goes if another file is there already."""
    target = "error/" + key[len(landing_prefix) :]
    return target, _with_etag(target, etag)


def reason_key(error_key: str) -> str:
    """Why the file was refused; lies beside it."""
    return f"{error_key}.reason.json"


def archive_keys(
    key: str, etag: str, last_modified: str, landing_prefix: str = LANDING_PREFIX
) -> "tuple[str, str]":
    """Where a finished stream file goes, and where it goes if another file is there already.

    The names depend on the delivered object alone (`last_modified` as ISO 8601 UTC), so that a repeated
    archiving finds its own copy again.
    """
    below = key[len(landing_folder("streams", landing_prefix)) :]
    folder, _, name = below.rpartition("/")
    stamp = re.sub(r"[-:]", "", last_modified)
    day = last_modified[:10].replace("-", "/")
    prefix = f"archive/{day}/{folder}/{stamp}_" if folder else f"archive/{day}/{stamp}_"
    return f"{prefix}{name}", f"{prefix}{etag[:8]}_{name}"
