"""What an emulator lacks is told apart from the errors that AWS answers as well."""

from __future__ import annotations

import pytest

from local_glue.http.missing import lacking

FORM = b"<Error><Code>InvalidAction</Code><Message>no &lt;such&gt;</Message></Error>"
SAID = "The emulator lacks what was asked of {}: {}"


def signed(service: str) -> str:
    return f"AWS4-HMAC-SHA256 Credential=ASIA1/20240625/us-east-1/{service}/aws4_request, Signature=x"


@pytest.mark.parametrize(
    ("service", "status", "headers", "body", "message"),
    [
        ("redshift-data", 501, [], b'{"message": "no such service"}', "no such service"),
        ("iam", 400, [], FORM, "no <such>"),
        ("dynamodb", 400, [(b"x-amzn-errortype", b"UnknownOperationException")], b"{}", "{}"),
        ("kms", 400, [], b'{"__type": "InvalidAction", "Message": "Unknown action"}', "Unknown action"),
        ("redshift", 400, [], b'{"error": "Unsupported service: x"}', "Unsupported service: x"),
        ("athena", 501, [], b"", "it gives no reason"),
        ("athena", 501, [], b"[1]", "[1]"),
    ],
)
def test_a_service_or_operation_that_is_missing(
    service: str, status: int, headers: list[tuple[bytes, bytes]], body: bytes, message: str
) -> None:
    assert lacking(signed(service), status, headers, body) == SAID.format(service, message)


@pytest.mark.parametrize(
    ("authorization", "status", "body"),
    [
        (signed("s3"), 501, b"<Error><Code>NotImplemented</Code></Error>"),
        (signed("dynamodb"), 400, b'{"__type": "ValidationException", "message": "no"}'),
        (signed("iam"), 404, FORM),
        (signed("iam"), 200, FORM),
        ("", 501, FORM),
    ],
    ids=["of S3 itself", "bad input", "not found", "success", "not signed"],
)
def test_what_aws_answers_as_well_is_none(authorization: str, status: int, body: bytes) -> None:
    assert lacking(authorization, status, [], body) is None
