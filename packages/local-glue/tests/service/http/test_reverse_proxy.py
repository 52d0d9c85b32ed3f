"""Everything that isn't Glue reaches the emulator and comes back: S3 in all its ways, other services."""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import zlib
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest
from botocore.exceptions import ClientError
from glue_service.aws import BUCKET
from glue_service.memory import peak_memory
from glue_service.service import GlueService

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MB = 1024 * 1024


def test_fifty_megabytes_go_both_ways_unchanged_in_constant_memory(
    service: GlueService, s3: S3Client
) -> None:
    body = os.urandom(50 * MB)
    assert service.server.process
    pid = service.server.process.pid
    before = psutil.Process(pid).memory_info().rss
    s3.put_object(Bucket=BUCKET, Key="large", Body=body, Metadata={"name": "käse".encode().hex()})
    answer = s3.get_object(Bucket=BUCKET, Key="large")
    assert hashlib.sha256(answer["Body"].read()).digest() == hashlib.sha256(body).digest()
    assert answer["ContentLength"] == len(body)
    assert peak_memory(pid) - before < 25 * MB
    part = s3.get_object(Bucket=BUCKET, Key="large", Range="bytes=1000-1999")
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert part["Body"].read() == body[1000:2000]


def test_head_gives_the_length_without_a_body(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="headed", Body=b"x" * 1234)
    assert s3.head_object(Bucket=BUCKET, Key="headed")["ContentLength"] == 1234
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket=BUCKET, Key="no-such-key")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(
    "key", ["plain", "with space", "a+b=c&d?e", "käse/☂", "a//b/../c", "per%2Fcent", "tilde~"]
)
def test_odd_keys_pass(s3: S3Client, key: str) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"odd/{key}", Body=key.encode())
    assert s3.get_object(Bucket=BUCKET, Key=f"odd/{key}")["Body"].read() == key.encode()
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=f"odd/{key}")["Contents"][0]["Key"] == f"odd/{key}"


def test_multipart_uploads_pass(s3: S3Client) -> None:
    parts = [os.urandom(6 * MB), os.urandom(MB)]
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    etags = [
        s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=number, Body=part)["ETag"]
        for number, part in enumerate(parts, start=1)
    ]
    s3.complete_multipart_upload(
        Bucket=BUCKET,
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": n} for n, etag in enumerate(etags, start=1)]},
    )
    assert s3.get_object(Bucket=BUCKET, Key="parts")["Body"].read() == b"".join(parts)


def test_presigned_urls_pass(s3: S3Client) -> None:
    put = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "pre signed"})
    assert httpx.put(put, content=b"signed").status_code == 200
    get = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "pre signed"})
    assert httpx.get(get).content == b"signed"
    post = s3.generate_presigned_post(BUCKET, "posted/käse")
    form = httpx.post(post["url"], data=post["fields"], files={"file": b"from a form"})
    assert form.status_code == 204
    assert s3.get_object(Bucket=BUCKET, Key="posted/käse")["Body"].read() == b"from a form"


def test_chunked_request_bodies_pass(service: GlueService) -> None:
    host, _, port = service.url.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request(
        "PUT",
        f"/{BUCKET}/chunked",
        body=iter([b"one ", b"two ", b"three"]),
        encode_chunked=True,
        headers={"Transfer-Encoding": "chunked"},
    )
    assert connection.getresponse().status == 200
    connection.close()
    assert service.aws("s3").get_object(Bucket=BUCKET, Key="chunked")["Body"].read() == b"one two three"


def test_streaming_uploads_with_a_trailing_checksum_pass(service: GlueService, s3: S3Client) -> None:
    """As newer SDKs send bodies whose checksum they know at the end only."""
    body = b"hello world"
    checksum = base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))
    chunks = b"%x\r\n%b\r\n0\r\nx-amz-checksum-crc32:%b\r\n\r\n" % (len(body), body, checksum)
    headers = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": str(len(body)),
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    for content in (chunks, iter([chunks[:7], chunks[7:]])):  # with a length, then chunked by HTTP, too
        assert (
            httpx.put(f"{service.url}/{BUCKET}/trailer", content=content, headers=headers).status_code == 200
        )
        assert s3.get_object(Bucket=BUCKET, Key="trailer")["Body"].read() == body
        s3.delete_object(Bucket=BUCKET, Key="trailer")


def test_other_services_with_targets_pass(service: GlueService) -> None:
    table = {"AttributeName": "k", "AttributeType": "S"}
    service.aws("dynamodb").create_table(
        TableName="passes",
        AttributeDefinitions=[table],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    service.aws("dynamodb").put_item(TableName="passes", Item={"k": {"S": "v"}})
    assert service.aws("dynamodb").scan(TableName="passes")["Count"] == 1
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        service.aws("dynamodb").scan(TableName="no-such-table")


def test_clients_by_host_name_reach_their_bucket(service: GlueService, s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="by-host", Body=b"yes")
    port = service.url.rpartition(":")[2]
    for domain in ("s3.localhost", "s3.localhost.localstack.cloud", "s3.us-east-1.amazonaws.com"):
        host = f"{BUCKET}.{domain}:{port}"
        assert httpx.get(f"{service.url}/by-host", headers={"Host": host}).content == b"yes"
