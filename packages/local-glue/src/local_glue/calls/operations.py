"""Which operation of AWS a signed request is, on which resource. Standard library only, for MiniStack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/(?:([^/,\s]+)/)?([^/,\s]+)/aws4_request")
_PATH_OF_OPERATION = re.compile(r"/service/[^/]+/operation/(\w+)")
_TABLE = re.compile(r'"TableName"\s*:\s*"([^"]+)"')
_TABLES = re.compile(r'"RequestItems"\s*:\s*\{\s*"([^"]+)"')
_TRANSACTED = re.compile(r'\{\s*"(Put|Update|Delete|ConditionCheck|Get)"\s*:\s*\{')
_INDEX = re.compile(r'"IndexName"\s*:\s*"([^"]+)"')
_TOPIC = re.compile(r'(?:TopicArn=|"TopicArn"\s*:\s*")([^&"]+)')
_LOG_GROUP = re.compile(r'"logGroupName"\s*:\s*"([^"]+)"')
_DELETED_KEY = re.compile(r"<Key>([^<]+)</Key>")
_HOST_WITH_BUCKET = re.compile(r"(.+)\.(?:s3[.-].+|localhost|emulator|aws|glue)(?::\d+)?")

# Method, and a parameter of the query, to the operation; the first that fits.
_OF_OBJECTS = (
    ("GET", "tagging", "GetObjectTagging"),
    ("GET", "uploadId", "ListParts"),
    ("GET", "", "GetObject"),
    ("HEAD", "", "HeadObject"),
    ("PUT", "tagging", "PutObjectTagging"),
    ("PUT", "partNumber", "UploadPart"),
    ("PUT", "", "PutObject"),
    ("POST", "uploads", "CreateMultipartUpload"),
    ("POST", "uploadId", "CompleteMultipartUpload"),
    ("DELETE", "uploadId", "AbortMultipartUpload"),
    ("DELETE", "tagging", "DeleteObjectTagging"),
    ("DELETE", "", "DeleteObject"),
)
_OF_BUCKETS = (
    ("GET", "location", "GetBucketLocation"),
    ("GET", "uploads", "ListMultipartUploads"),
    ("GET", "versions", "ListObjectVersions"),
    ("GET", "", "ListObjects"),
    ("HEAD", "", "HeadBucket"),
    ("POST", "delete", "DeleteObjects"),
)
OF_MWAA = {  # method and first part of the path → action; the next part names an environment
    ("POST", "restapi"): "InvokeRestApi",
    ("POST", "clitoken"): "CreateCliToken",
    ("POST", "webtoken"): "CreateWebLoginToken",
    ("GET", "environments"): "GetEnvironment",
    ("PUT", "environments"): "CreateEnvironment",
    ("PATCH", "environments"): "UpdateEnvironment",
    ("DELETE", "environments"): "DeleteEnvironment",
    ("GET", "tags"): "ListTagsForResource",
    ("POST", "tags"): "TagResource",
    ("DELETE", "tags"): "UntagResource",
}
BY_ROLE = ("InvokeRestApi", "CreateWebLoginToken")
"""Actions of MWAA whose resource is a role of Airflow in an environment."""


@dataclass(frozen=True)
class Operation:
    """One operation on one resource; `source` is where a copy comes from."""

    service: str
    name: str
    resource: str = "*"
    source: str = ""


@dataclass(frozen=True)
class Signed:
    """A request, as far as an operation can be told from it; `body` may be its beginning."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str = ""

    @property
    def access_key(self) -> str:
        """Whose key signed it; empty for one that is not signed in its header."""
        found = _CREDENTIAL.search(self.headers.get("authorization", ""))
        return found[1] if found else ""


def operations(request: Signed, account: str) -> Iterator[Operation]:
    """Yield what a request asks for; nothing for one that is not signed."""
    found = _CREDENTIAL.search(request.headers.get("authorization", ""))
    if not found:
        return
    region, service = found[2] or "", found[3]
    if service == "s3":
        yield from _of_s3(request)
        return
    if service == "airflow":
        yield from _of_mwaa(request, f"arn:aws:airflow:{region}:{account}")
        return
    name = _name(request)
    if service == "dynamodb" and name.startswith("Transact"):
        yield from _transacted(request.body, f"{region}:{account}")
    elif name:
        yield Operation(service, name, _resource(service, request.body, f"{region}:{account}"))


def _transacted(body: str, place: str) -> Iterator[Operation]:
    """Yield what a transaction is made of, once each: to IAM it is no action itself."""
    steps = zip(_TRANSACTED.findall(body), _TABLE.findall(body), strict=False)  # the body may be cut
    for kind, table in dict.fromkeys(steps):
        yield Operation("dynamodb", f"{kind}Item", f"arn:aws:dynamodb:{place}:table/{table}")


def _of_mwaa(request: Signed, prefix: str) -> Iterator[Operation]:
    """A call by which role of Airflow, that is for the caller's policy to say: any of the environment's."""
    kind, _, name = request.path.strip("/").partition("/")
    action = OF_MWAA.get((request.method, kind), "") if name else "ListEnvironments"
    if action in BY_ROLE:
        yield Operation("airflow", action, f"{prefix}:role/{unquote(name)}/*")
    elif kind == "tags":
        yield Operation("airflow", action, unquote(name))
    elif action:
        yield Operation("airflow", action, f"{prefix}:environment/{unquote(name)}" if name else "*")


def _name(request: Signed) -> str:
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    if target:
        return target
    if found := _PATH_OF_OPERATION.search(request.path):
        return found[1]
    return parse_qs(request.body).get("Action", [""])[0] or parse_qs(request.query).get("Action", [""])[0]


def _resource(service: str, body: str, place: str) -> str:
    if service == "dynamodb" and (table := _TABLE.search(body) or _TABLES.search(body)):
        index = _INDEX.search(body)
        return f"arn:aws:dynamodb:{place}:table/{table[1]}" + (f"/index/{index[1]}" if index else "")
    if service == "sns" and (topic := _TOPIC.search(body)):
        return unquote(topic[1])
    if service == "logs" and (group := _LOG_GROUP.search(body)):
        return f"arn:aws:logs:{place}:log-group:{group[1]}"
    return "*"


def _of_s3(request: Signed) -> Iterator[Operation]:
    in_host = _HOST_WITH_BUCKET.fullmatch(request.headers.get("host", ""))
    path = (f"/{in_host[1]}" if in_host else "") + request.path
    bucket, _, key = path.lstrip("/").partition("/")
    asked = parse_qs(request.query, keep_blank_values=True).keys()
    if not bucket:
        yield Operation("s3", "ListBuckets")
        return

    table = _OF_OBJECTS if key else _OF_BUCKETS
    fitting = (n for method, word, n in table if method == request.method and (not word or word in asked))
    name = next(fitting, "")
    source = request.headers.get("x-amz-copy-source", "").lstrip("/")
    if source and name in ("PutObject", "UploadPart"):
        copy = "CopyObject" if name == "PutObject" else "UploadPartCopy"
        yield Operation("s3", copy, _folder(bucket, key), _folder(*unquote(source).partition("/")[::2]))
    elif name == "DeleteObjects":
        for folder in dict.fromkeys(_folder(bucket, each) for each in _DELETED_KEY.findall(request.body)):
            yield Operation("s3", name, folder)
    else:
        yield Operation("s3", name or f"{request.method}?{'&'.join(sorted(asked))}", _folder(bucket, key))


def _folder(bucket: str, key: str) -> str:
    """The ARN of a bucket, or of all that lies in the first folder of a key: keys themselves are too many."""
    if not key:
        return f"arn:aws:s3:::{bucket}"
    first, slash, _ = key.partition("/")
    return f"arn:aws:s3:::{bucket}/{first}{'/*' if slash else ''}"
