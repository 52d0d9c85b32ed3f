"""Requests as SDKs send them, to the operations that they are."""

from __future__ import annotations

import pytest

from local_glue.calls.operations import Operation, Signed, operations

DYNAMODB = "arn:aws:dynamodb:eu-west-1:1:table/"


def signed(
    service: str, method: str, path: str, query: str = "", body: str = "", **headers: str
) -> list[Operation]:
    credential = f"AWS4-HMAC-SHA256 Credential=ASIA1/20240625/eu-west-1/{service}/aws4_request, Signature=x"
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"authorization": credential}
    return list(operations(Signed(method, path, query, named, body), "1"))


@pytest.mark.parametrize(
    ("method", "path", "query", "name", "resource"),
    [
        ("GET", "/b/staging/x/y.csv", "", "GetObject", "b/staging/*"),
        ("HEAD", "/b/staging/x", "", "HeadObject", "b/staging/*"),
        ("PUT", "/b/output_$folder$", "", "PutObject", "b/output_$folder$"),
        ("PUT", "/b/a/x", "partNumber=1&uploadId=u", "UploadPart", "b/a/*"),
        ("PUT", "/b/a/x", "tagging", "PutObjectTagging", "b/a/*"),
        ("POST", "/b/a/x", "uploads", "CreateMultipartUpload", "b/a/*"),
        ("DELETE", "/b/a/x", "uploadId=u", "AbortMultipartUpload", "b/a/*"),
        ("GET", "/b", "list-type=2&prefix=a", "ListObjects", "b"),
        ("GET", "/b/", "uploads", "ListMultipartUploads", "b"),
        ("GET", "/b", "location", "GetBucketLocation", "b"),
        ("PATCH", "/b", "acl", "PATCH?acl", "b"),
    ],
)
def test_s3_is_told_by_method_path_and_query(
    method: str, path: str, query: str, name: str, resource: str
) -> None:
    expected = [Operation("s3", name, f"arn:aws:s3:::{resource}")]
    assert signed("s3", method, path, query) == expected
    bucket, _, key = path.lstrip("/").partition("/")
    assert signed("s3", method, f"/{key}", query, host=f"{bucket}.localhost:4566") == expected


def test_a_copy_has_a_source_and_several_deleted_objects_have_their_folders() -> None:
    copied = signed("s3", "PUT", "/b/archive/x", x_amz_copy_source="/b/spotify%5Fdata/x")
    folders = ("arn:aws:s3:::b/archive/*", "arn:aws:s3:::b/spotify_data/*")
    assert copied == [Operation("s3", "CopyObject", *folders)]
    body = "<Delete><Key>a/1</Key><Key>a/2</Key><Key>c/3</Key></Delete>"
    deleted = signed("s3", "POST", "/b", "delete", body)
    assert [one.resource for one in deleted] == ["arn:aws:s3:::b/a/*", "arn:aws:s3:::b/c/*"]


@pytest.mark.parametrize(
    ("service", "headers", "path", "body", "expected"),
    [
        (
            "dynamodb",
            {"x_amz_target": "DynamoDB_20120810.Query"},
            "/",
            '{"TableName": "T", "IndexName": "by_kind"}',
            Operation("dynamodb", "Query", f"{DYNAMODB}T/index/by_kind"),
        ),
        (
            "dynamodb",
            {"x_amz_target": "DynamoDB_20120810.BatchWriteItem"},
            "/",
            '{"RequestItems": {"T": []}}',
            Operation("dynamodb", "BatchWriteItem", f"{DYNAMODB}T"),
        ),
        (
            "monitoring",
            {},
            "/service/GraniteServiceVersion20100801/operation/PutMetricData",
            "",
            Operation("monitoring", "PutMetricData"),
        ),
        (
            "sns",
            {},
            "/",
            "Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aeu%3A1%3At",
            Operation("sns", "Publish", "arn:aws:sns:eu:1:t"),
        ),
        (
            "logs",
            {"x_amz_target": "Logs_20140328.PutLogEvents"},
            "/",
            '{"logGroupName": "/g"}',
            Operation("logs", "PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/g"),
        ),
    ],
)
def test_others_are_told_by_target_path_or_form(
    service: str, headers: dict[str, str], path: str, body: str, expected: Operation
) -> None:
    assert signed(service, "POST", path, body=body, **headers) == [expected]


def test_a_transaction_is_what_it_is_made_of_once_each() -> None:
    update, check = '{"Update": {"TableName": "T", "Key": {}}}', '{"ConditionCheck":{"TableName":"U"}}'
    body = f'{{"TransactItems": [{update}, {update}, {check}, {{"Put": {{"Ta'
    headers = {"x_amz_target": "DynamoDB_20120810.TransactWriteItems"}
    assert signed("dynamodb", "POST", "/", body=body, **headers) == [
        Operation("dynamodb", "UpdateItem", f"{DYNAMODB}T"),
        Operation("dynamodb", "ConditionCheckItem", f"{DYNAMODB}U"),
    ]


def test_what_is_not_signed_is_nobodys() -> None:
    assert list(operations(Signed("GET", "/b/x", "", {}, ""), "1")) == []


@pytest.mark.parametrize(
    ("method", "path", "name", "resource"),
    [
        ("POST", "/restapi/music", "InvokeRestApi", "role/music/*"),
        ("POST", "/webtoken/my%20music", "CreateWebLoginToken", "role/my music/*"),
        ("GET", "/environments/music", "GetEnvironment", "environment/music"),
    ],
)
def test_calls_of_mwaa_name_their_environment(method: str, path: str, name: str, resource: str) -> None:
    expected = Operation("airflow", name, f"arn:aws:airflow:eu-west-1:1:{resource}")
    assert signed("airflow", method, path) == [expected]
    assert signed("airflow", "GET", "/environments") == [Operation("airflow", "ListEnvironments")]
    assert signed("airflow", "GET", "/nothing/music") == []
