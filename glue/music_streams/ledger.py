"""FileValidationMetadata: one row per delivered object, and what became of it.

    file_key (key), etag, size, kind, batch_id, delivered_at
    rows, validation_status, validated_at, error                    written by validate_input_files
    rejected_rows, rejected_reasons, new_listens, duplicate_rows,
    unknown_track_rows, unknown_user_rows                           written by calculate_metrics_etl
    kpi_ingestion_status, ingested_at                               written by insert_metrics_dynamo
    archival_status, archived_at                                    written by archive_streams_files
    failed_step, error, what_next                                   written by the DAG when a step failed;
                                                                    gone with the step that succeeds after all

Songs and users are read again by every run: they have no ingestion and no archival status. Nor has the
0-byte marker of a folder, of kind `folder_marker`. What tools leave beside data, of kind `side_file`, is
SET_ASIDE: it holds no rows, lies in aside/, and counts as nothing refused.

A stream file that its sender takes back, or replaces, after the run has listed and before it has read it is
FAILED with the error WITHDRAWN. It lies nowhere: nothing of it has been seen. A file that can't be read is
FAILED with an error that begins with UNREADABLE, and stays in landing: each run tries it again.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from music_streams.contracts import LEDGER_KEY
from music_streams.file_counts import FileCounts
from music_streams.manifest import DeliveredFile, now
from music_streams.storage import error_code

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUCCESS = "SUCCESS"
FAILED = "FAILED"
PENDING = "PENDING"
SET_ASIDE = "SET_ASIDE"
WITHDRAWN = "withdrawn: replaced or removed by its sender before it was read"
UNREADABLE = "unreadable: "  # how the error begins
FAILURE = ("error", "failed_step", "what_next")
LONGEST_ERROR = 1000
NOT_YET = {"kpi_ingestion_status": PENDING, "archival_status": PENDING}
SAME_FILE = "etag = :etag"
SAME_RUN = f"{SAME_FILE} AND batch_id = :batch_id"
NOT_OVER = f"{SAME_FILE} AND archival_status <> :success AND validation_status <> :failed"
NOT_THIS_ROW = "ConditionalCheckFailedException"


class Ledger:
    """The rows of one table, as one run writes them."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, batch_id: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._batch_id = batch_id

    def row(self, key: str) -> "Optional[dict[str, Any]]":
        """Return one delivered object's row, or None; numbers are Decimals."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key={LEDGER_KEY: {"S": key}}, ConsistentRead=True
        )
        item = answer.get("Item")
        return None if item is None else _plain(item)

    def validated(self, file: DeliveredFile, rows: int, problem: Optional[str] = None) -> None:
        """Record the outcome of the file checks.

        The row is started afresh for another object or another run, so that no status of an earlier
        delivery stays. Repeating the step in the same run keeps what later steps have recorded.
        """
        attributes: dict[str, Any] = {"rows": rows, "validated_at": now()}

        if problem is not None:
            self._record_outcome(file, {**attributes, "validation_status": FAILED, "error": problem}, {})
        else:
            fresh = NOT_YET if file.kind == "streams" else {}
            self._record_outcome(file, {**attributes, "validation_status": SUCCESS}, fresh)

    def set_aside(self, file: DeliveredFile) -> None:
        """Record that a side file was moved to aside/."""
        self._record_outcome(file, {"rows": 0, "validated_at": now(), "validation_status": SET_ASIDE}, {})

    def record_no_outcome(self, file: DeliveredFile, problem: str) -> None:
        """Record why the file checks came to no outcome; the file itself may be good."""
        fresh = NOT_YET if file.kind == "streams" else {}
        self._record_outcome(file, {"validation_status": PENDING, "error": problem}, fresh)

    def _record_outcome(
        self, file: DeliveredFile, attributes: "dict[str, Any]", fresh: "dict[str, Any]"
    ) -> None:
        row = {**attributes, **fresh}
        # Most files are new: one call each.
        if self._start_afresh(row, file):
            return
        if not self._update(file, attributes, [name for name in FAILURE if name not in attributes], SAME_RUN):
            self._start_afresh(row, file, "delivered_at <= :delivered_at")

    def step_failed(self, file: DeliveredFile, step: str, why: str, what_next: str) -> None:
        """Record that a step of the run failed; not where a file is done, refused or replaced by now."""
        attributes = {"failed_step": step, "error": why[:LONGEST_ERROR], "what_next": what_next}
        if not self._update(file, attributes, (), NOT_OVER):
            fresh = {"validation_status": PENDING, **NOT_YET}
            self._start_afresh({**attributes, **fresh}, file, "delivered_at < :delivered_at")

    def counted(self, file: DeliveredFile, counts: FileCounts) -> bool:
        """Record what the cleaning found; False if the row belongs to a later delivery by now."""
        return self._update(file, counts.to_json(), FAILURE)

    def ingested(self, file: DeliveredFile, problem: Optional[str] = None) -> bool:
        """Record that the file's listens are in the KPI tables, or why they are not."""
        if problem is not None:
            return self._update(file, {"kpi_ingestion_status": FAILED, "error": problem})
        attributes = {"kpi_ingestion_status": SUCCESS, "ingested_at": now()}
        return self._update(file, attributes, FAILURE)

    def archived(self, file: DeliveredFile, problem: Optional[str] = None) -> bool:
        """Record that the file is in the archive and out of landing, or why it is not."""
        if problem is not None:
            return self._update(file, {"archival_status": FAILED, "error": problem})
        attributes = {"archival_status": SUCCESS, "archived_at": now()}
        return self._update(file, attributes, FAILURE)

    def _update(
        self,
        file: DeliveredFile,
        attributes: "dict[str, Any]",
        remove: "Iterable[str]" = (),
        condition: str = SAME_FILE,
    ) -> bool:
        names = {f"#{n}": name for n, name in enumerate([*attributes, *remove])}
        values = {f":{n}": value for n, value in enumerate(attributes.values())}
        sets = ", ".join(f"#{n} = :{n}" for n in range(len(attributes)))
        removals = ", ".join(f"#{n}" for n in range(len(attributes), len(names)))
        known = {":etag": file.etag, ":batch_id": self._batch_id, ":success": SUCCESS, ":failed": FAILED}
        values.update({name: value for name, value in known.items() if name in condition})

        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key={LEDGER_KEY: {"S": file.key}},
                UpdateExpression=f"SET {sets}" + (f" REMOVE {removals}" if removals else ""),
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=_typed(values),
            )
        except ClientError as error:
            if error_code(error) == NOT_THIS_ROW:
                return False
            raise

        return True

    def _start_afresh(self, attributes: "dict[str, Any]", file: DeliveredFile, earlier: str = "") -> bool:
        """Put a new row, if there is none, or one of an earlier delivery under the same key."""
        identity = {
            LEDGER_KEY: file.key,
            "etag": file.etag,
            "size": file.size,
            "kind": file.kind,
            "batch_id": self._batch_id,
            "delivered_at": file.last_modified,
        }
        condition = f"attribute_not_exists({LEDGER_KEY})"
        more: Any = {}
        if earlier:
            condition += f" OR {earlier}"
            more = {"ExpressionAttributeValues": _typed({":delivered_at": file.last_modified})}

        try:
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_typed({**identity, **attributes}),
                ConditionExpression=condition,
                **more,
            )
        except ClientError as error:
            if error_code(error) == NOT_THIS_ROW:
                return False
            raise

        return True


def is_withdrawn(row: "Mapping[str, Any]") -> bool:
    """Whether the row is of a file that was taken back before it was read."""
    return row.get("validation_status") == FAILED and row.get("error") == WITHDRAWN


def is_unreadable(row: "Mapping[str, Any]") -> bool:
    """Whether the row is of a file that S3 did not let the run read, and that stays in landing."""
    return row.get("validation_status") == FAILED and str(row.get("error", "")).startswith(UNREADABLE)


def _typed(values: "dict[str, Any]") -> "dict[str, Any]":
    serializer = TypeSerializer()
    return {name: serializer.serialize(value) for name, value in values.items()}


def _plain(item: "dict[str, Any]") -> "dict[str, Any]":
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in item.items()}
