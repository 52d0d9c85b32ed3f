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

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from music_streams.batch_writer import attempts
from music_streams.contracts import LEDGER_KEY
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile, now
from music_streams.storage import error_code
from music_streams.threads import in_threads, pieces

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
NOT_TOGETHER = {"TransactionCanceledException", "TransactionConflictException"}
"""One row of a transaction can't be changed, so none was."""
ROWS_AT_ONCE = 100
"""In one BatchGetItem, and in one transaction: as many as either takes."""


class Ledger:
    """The rows of one table, as one run writes them."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, batch_id: str) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._batch_id = batch_id

    def row(self, key: str) -> "Optional[dict[str, Any]]":
        """Return one delivered object's row, or None; numbers are Decimals."""
        return self.rows_of([key]).get(key)

    def rows_of(self, keys: "Iterable[str]") -> "dict[str, dict[str, Any]]":
        """Return the rows of delivered objects by key, without those that have none; numbers are Decimals.

        Raises:
            RuntimeError: the table answered not for all of them, however often it was asked.
        """
        found = in_threads(self._rows, pieces(list(keys), ROWS_AT_ONCE))
        return {row[LEDGER_KEY]: row for some in found for row in some}

    def _rows(self, keys: "Sequence[str]") -> "list[dict[str, Any]]":
        rows: list[dict[str, Any]] = []
        asked = [{LEDGER_KEY: {"S": key}} for key in keys]
        wanted: Any = {self._table: {"Keys": asked, "ConsistentRead": True}}

        for _ in attempts():
            answer = self._dynamodb.batch_get_item(RequestItems=wanted)
            rows += map(_plain, answer["Responses"].get(self._table, []))
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return rows

        raise RuntimeError(f"expected {self._table} to answer, it gave no more rows: run again")

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

    def counted(self, counts: "Mapping[DeliveredFile, FileCounts]") -> None:
        """Record what the cleaning found in files; rows that belong to a later delivery by now stay."""
        self._update_all(counts, lambda file: counts[file].to_json(), FAILURE)

    def ingested(self, files: "Iterable[DeliveredFile]", problem: Optional[str] = None) -> None:
        """Record that the files' listens are in the KPI tables, or why they are not."""
        if problem is not None:
            self._update_all(files, lambda _: {"kpi_ingestion_status": FAILED, "error": problem})
        else:
            done = {"kpi_ingestion_status": SUCCESS, "ingested_at": now()}
            self._update_all(files, lambda _: done, FAILURE)

    def archived(self, files: "Iterable[DeliveredFile]", problem: Optional[str] = None) -> None:
        """Record that the files are in the archive and out of landing, or why they are not."""
        if problem is not None:
            self._update_all(files, lambda _: {"archival_status": FAILED, "error": problem})
        else:
            done = {"archival_status": SUCCESS, "archived_at": now()}
            self._update_all(files, lambda _: done, FAILURE)

    def _update_all(
        self,
        files: "Iterable[DeliveredFile]",
        attributes_of: "Callable[[DeliveredFile], dict[str, Any]]",
        remove: "Iterable[str]" = (),
    ) -> None:
        updates = [self._update_of(file, attributes_of(file), remove, SAME_FILE) for file in files]
        in_threads(self._write_together, pieces(updates, ROWS_AT_ONCE))

    def _write_together(self, updates: "Sequence[dict[str, Any]]") -> None:
        """Change rows in one transaction: a request for a hundred files, though AWS counts its writes twice.

        Rows need not change together, so where one can't be changed each is by itself.
        """
        if len(updates) > 1:
            try:
                self._dynamodb.transact_write_items(TransactItems=[{"Update": each} for each in updates])  # type: ignore[typeddict-item]
                return
            except ClientError as error:
                if error_code(error) not in NOT_TOGETHER:
                    raise

        for update in updates:
            self._write(update)

    def _update(
        self,
        file: DeliveredFile,
        attributes: "dict[str, Any]",
        remove: "Iterable[str]" = (),
        condition: str = SAME_FILE,
    ) -> bool:
        return self._write(self._update_of(file, attributes, remove, condition))

    def _write(self, update: "dict[str, Any]") -> bool:
        """Change one row; False if it is not the one that is meant."""
        try:
            self._dynamodb.update_item(**update)
        except ClientError as error:
            if error_code(error) == NOT_THIS_ROW:
                return False
            raise

        return True

    def _update_of(
        self, file: DeliveredFile, attributes: "dict[str, Any]", remove: "Iterable[str]", condition: str
    ) -> "dict[str, Any]":
        """Return what UpdateItem is told."""
        names = {f"#{n}": name for n, name in enumerate([*attributes, *remove])}
        values = {f":{n}": value for n, value in enumerate(attributes.values())}
        sets = ", ".join(f"#{n} = :{n}" for n in range(len(attributes)))
        removals = ", ".join(f"#{n}" for n in range(len(attributes), len(names)))
        known = {":etag": file.etag, ":batch_id": self._batch_id, ":success": SUCCESS, ":failed": FAILED}
        values.update({name: value for name, value in known.items() if name in condition})

        return {
            "TableName": self._table,
            "Key": {LEDGER_KEY: {"S": file.key}},
            "UpdateExpression": f"SET {sets}" + (f" REMOVE {removals}" if removals else ""),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": _typed(values),
        }

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
