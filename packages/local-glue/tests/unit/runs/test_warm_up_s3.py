"""The S3 that a warm driver's first reads and writes go to: enough of S3 for a client that checks answers."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from local_glue.runs.spark.drivers.warm_up_s3 import s3_in_memory

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "warm-up"


@pytest.fixture
def address() -> Iterator[str]:
    with s3_in_memory() as address:
        yield address


@pytest.fixture
def s3(address: str) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="warm-up",
        aws_secret_access_key="warm-up",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def test_an_object_comes_back_whole_in_part_and_as_a_copy(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key="a/b=1 & 2.txt", Body=b"0123456789")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "a/b=1 & 2.txt"})

    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == b"0123456789"
    assert s3.head_object(Bucket=BUCKET, Key="a/b=1 & 2.txt")["ContentLength"] == 10
    part = s3.get_object(Bucket=BUCKET, Key="copy", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert s3.get_object(Bucket=BUCKET, Key="copy", Range="bytes=8-")["Body"].read() == b"89"


def test_a_list_is_of_all_that_lies_below_or_of_folders(s3: S3Client) -> None:
    for key in ("a/1", "a/b/2", "a/b/3", "other"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"12")

    every = s3.list_objects_v2(Bucket=BUCKET, Prefix="a/")
    assert [(entry["Key"], entry["Size"]) for entry in every["Contents"]] == [
        ("a/1", 2),
        ("a/b/2", 2),
        ("a/b/3", 2),
    ]
    by_folder = s3.list_objects_v2(Bucket=BUCKET, Prefix="a/", Delimiter="/")
    assert [entry["Key"] for entry in by_folder["Contents"]] == ["a/1"]
    assert [entry["Prefix"] for entry in by_folder["CommonPrefixes"]] == ["a/b/"]
    assert by_folder["KeyCount"] == 2


def test_what_is_deleted_or_was_never_there_is_not_found(s3: S3Client) -> None:
    for key in ("one", "two & three", "four"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"")
    s3.delete_object(Bucket=BUCKET, Key="one")
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "two & three"}, {"Key": "none"}]})

    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["four"]
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket=BUCKET, Key="one")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"


def test_a_body_in_signed_pieces_is_kept_without_the_signatures(address: str, s3: S3Client) -> None:
    pieces = b"4;chunk-signature=00\r\nwarm\r\n3;chunk-signature=11\r\n-up\r\n0;chunk-signature=22\r\n\r\n"
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    connection.request("PUT", f"/{BUCKET}/key", pieces, {"x-amz-decoded-content-length": "7"})
    assert connection.getresponse().status == 200
    connection.close()

    assert s3.get_object(Bucket=BUCKET, Key="key")["Body"].read() == b"warm-up"
