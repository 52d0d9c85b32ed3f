"""What all jobs share: work side by side, and clients that fit every boto3."""

from __future__ import annotations

import io

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import StructureShape
from urllib3 import HTTPResponse

from music_streams.job import clients, settings
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


@pytest.mark.parametrize("batch_id", ["s3__2024-06-25T10:00:00+00:00", "s3__2024-06-25T100000_0000"])
def test_a_batch_is_named_by_its_run_too(batch_id: str) -> None:
    options = settings(["job", "--bucket", "b", "--ledger_table", "t", "--batch_id", batch_id])
    assert options.batch_id == "s3__2024-06-25T100000_0000"


@pytest.mark.parametrize("knows", [True, False], ids=["the current boto3", "boto3 of Glue's Python shell"])
def test_a_conditional_delete_is_sent_and_signed_whatever_boto3_there_is(
    monkeypatch: pytest.MonkeyPatch, *, knows: bool
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3, _ = clients()
    if not knows:
        shape = s3.meta.service_model.operation_model("DeleteObject").input_shape
        assert isinstance(shape, StructureShape)
        del shape.members["IfMatch"]
    sent: list[dict[str, str]] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        headers = request.headers.items()
        sent.append({k.lower(): v.decode() if isinstance(v, bytes) else v for k, v in headers})
        return AWSResponse(request.url, 204, HTTPHeaders(), HTTPResponse(io.BytesIO()))

    s3.meta.events.register("before-send.s3.DeleteObject", answer)  # type: ignore[arg-type]
    s3.delete_object(Bucket="b", Key="a.csv", IfMatch='"e1"')
    s3.delete_object(Bucket="b", Key="a.csv")
    assert [headers.get("if-match") for headers in sent] == ['"e1"', None]
    assert "if-match" in sent[0]["authorization"]
