"""What all jobs share: side by side, and what an earlier job left."""

from __future__ import annotations

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from music_streams.job import JobError, JobSettings, paper_of
from music_streams.threads import THREADS, in_threads


def test_one_failure_does_not_keep_the_rest_from_being_done() -> None:
    done = []

    def work(number: int) -> int:
        if number in (0, 3):
            raise ValueError(f"number {number}")
        done.append(number)
        return number

    count = 4 * THREADS
    with pytest.raises(ValueError, match="number 0"):
        in_threads(work, range(count))
    assert sorted(done) == [number for number in range(count) if number not in (0, 3)]
    assert in_threads(str, range(count)) == [str(number) for number in range(count)]


def test_a_missing_paper_names_the_job_that_writes_it(s3: FakeS3) -> None:
    options = JobSettings(BUCKET, "b1", "ledger")
    with pytest.raises(
        JobError, match=r"expected s3://music-streams/x\.json, found nothing: run a_job first"
    ):
        paper_of(s3, options, "x.json", "a_job")  # type: ignore[arg-type]
    s3.deliver("x.json", b'{"a": 1}')
    assert paper_of(s3, options, "x.json", "a_job") == {"a": 1}  # type: ignore[arg-type]
