"""The file checks on files broken in every way: each has an outcome, and the good ones beside them too.

That all jobs of a run get through such files is proven by tests/service/jobs/test_broken_files.py.
"""

from __future__ import annotations

import io
import json
import random

import pytest
from broken_files import FORMULAS, HEADER, mixed_files
from unit.batches import OPTIONS, batch_of, staged_rows
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, FakeS3

from jobs import validate_input_files as job
from music_streams import layout
from music_streams.contracts import STREAMS
from music_streams.deliveries import csv_reader, manifest

COUNT = 1500


@pytest.mark.parametrize("seed", [1])
def test_every_broken_file_is_processed_and_good_ones_beside_them_stay_for_the_next_job(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    bodies, good = mixed_files(chance, COUNT, good_every=100)
    for key, body in bodies.items():
        s3.deliver(key, body)
    ledger = FakeLedger()
    frozen = manifest.freeze(s3, BUCKET, layout.LANDING_PREFIX, "b1")  # type: ignore[arg-type]
    assert len(frozen.files) == len(bodies) >= COUNT

    monkeypatch.setattr(job, "settings", lambda _: OPTIONS)
    monkeypatch.setattr(job, "open_batch", lambda _: (batch_of(s3, ledger), None))
    monkeypatch.setattr(job, "say", lambda *_, **__: None)
    job.main()

    validated = json.loads(s3.text(layout.validated_key("b1")))
    accepted = {file["key"]: file for file in validated["files"]}
    refused = {file["key"]: file for file in validated["bad_files"]}
    assert accepted.keys() | refused.keys() == bodies.keys()
    assert not accepted.keys() & refused.keys()
    assert validated["skipped_files"] == []
    assert good <= accepted.keys()
    assert len(refused) > COUNT / 3, "most files must really be broken"
    assert len({file["reason"].partition(":")[0] for file in refused.values()}) >= 8

    staged = {key: staged_rows(s3, key) for key in s3.keys(layout.staging_prefix("b1"))}
    for key, file in accepted.items():
        assert (ledger.rows[key]["validation_status"], ledger.rows[key]["rows"]) == ("SUCCESS", file["rows"])
        rows = [row for row in staged[file["staged_key"]] if row["file_id"] == file["file_id"]]
        assert [row["row_number"] for row in rows] == list(range(1, file["rows"] + 1))
        assert key in s3.objects
    for key, file in refused.items():
        row = ledger.rows[key]
        assert (row["validation_status"], row["error"]) == ("FAILED", file["reason"])
        copies = [name for name in layout.error_keys(key, file["etag"]) if name in s3.objects]
        assert [s3.objects[name]["Body"] for name in copies] == [bodies[key]]
        assert layout.reason_key(copies[0]) in s3.objects
        assert key not in s3.objects


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_of_spreadsheets_are_text_like_any_other(formula: str) -> None:
    quoted = formula.replace('"', '""')
    body = f'{HEADER}"{quoted}",t,2024-06-25 10:00:00\n'.encode()
    (rows,) = csv_reader.read_rows(io.BytesIO(body), "a.csv", STREAMS)
    assert (rows.columns["user_id"], rows.problems) == ([formula], [None])
