"""What one job leaves is what the next one reads, also from runs of earlier versions."""

from __future__ import annotations

import json

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from music_streams import layout, step_results
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.step_results import (
    Archived,
    Calculated,
    CountedFile,
    RefusedFile,
    StagedFile,
    StepResult,
    StepResultMissingError,
    Validated,
)

AT = "2024-06-25T17:43:13Z"
STREAM = DeliveredFile("spotify_data/user_streams/a.csv", "e1", 9, AT, "streams")
SONGS = DeliveredFile("spotify_data/songs/é.csv", "e2", 8, AT, "songs")
COUNTED = CountedFile(
    StagedFile(STREAM, 4, "staging/b1/streams/f"), FileCounts(4, 1, {"field_count": 1}, 2, 1, 0, 3)
)
COPIED = CountedFile(
    StagedFile(SONGS, 1, "staging/b1/songs/f", "reference/songs/x", is_read_again=True), FileCounts(1, 0, {})
)
RESULTS: list[StepResult] = [
    Validated("b1", (COUNTED.staged, COPIED.staged), (RefusedFile(SONGS, "not_utf8: x"),), (STREAM,)),
    Calculated("b1", ("2024-06-25",), (COUNTED,), (COPIED,), 7, ("pending/b1.json",)),
    Archived("b1", files=2, archived=1, left_for_the_next_run=1),
]


@pytest.mark.parametrize("result", RESULTS, ids=["validated", "calculated", "archived"])
def test_what_is_written_is_read(s3: FakeS3, result: StepResult) -> None:
    step_results.write(s3, BUCKET, result)  # type: ignore[arg-type]
    assert step_results.read(s3, BUCKET, "b1", type(result)) == result  # type: ignore[arg-type,type-var]


def test_an_entry_has_all_that_is_known_of_a_file_side_by_side() -> None:
    assert COUNTED.to_json() == {
        "key": STREAM.key,
        "etag": "e1",
        "size": 9,
        "last_modified": AT,
        "kind": "streams",
        "file_id": STREAM.file_id,
        "rows": 4,
        "staged_key": "staging/b1/streams/f",
        "rejected_rows": 1,
        "rejected_reasons": {"field_count": 1},
        "new_listens": 2,
        "duplicate_rows": 1,
        "unknown_track_rows": 0,
        "unknown_user_rows": 3,
    }


def test_a_run_that_had_nothing_to_calculate_in_an_earlier_version_is_read(s3: FakeS3) -> None:
    s3.deliver(layout.calculated_key("b1"), json.dumps({"batch_id": "b1", "dates": [], "files": []}).encode())
    assert step_results.read(s3, BUCKET, "b1", Calculated) == Calculated("b1")  # type: ignore[arg-type]


def test_a_missing_result_names_the_job_that_writes_it(s3: FakeS3) -> None:
    assert step_results.read(s3, BUCKET, "b1", Validated) is None  # type: ignore[arg-type]
    expected = (
        r"expected s3://music-streams/batches/b1/validated\.json, found nothing: run validate_input_files"
    )
    with pytest.raises(StepResultMissingError, match=expected):
        step_results.require(s3, BUCKET, "b1", Validated)  # type: ignore[arg-type]
