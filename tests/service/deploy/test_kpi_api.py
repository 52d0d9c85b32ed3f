"""The KPI API as it is deployed: API Gateway and Lambda of an emulator that holds roles to their policies."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from browsers import browser_or_skip, opened
from deliveries import ROOT
from glue_service.issuer import Issuer, encoded
from glue_service.waiting import wait_for

from glue_sandbox.clients import client, dynamodb
from glue_sandbox.deploy.cloudformation import stack_resources
from glue_sandbox.settings import Settings
from glue_sandbox.status.published import read_published
from glue_sandbox.status.status import apis
from keep_alert.texts import readable_text
from music.dashboard import dashboard_url

from .conftest import Deploy

DATE = "2024-06-25"
METRICS: dict[str, Any] = {
    "listen_count": 11346,
    "unique_listeners": 5000,
    "total_listening_time": 2_587_654_321,
    "avg_listening_time_per_user": Decimal("517.530864"),
}
GENRE = "rock/100% <b>ロック</b>"
FILE: Any = {
    "file_key": "spotify_data/user_streams/bad.csv",
    "kind": "streams",
    "delivered_at": "2024-06-25T10:00:00Z",
    "validation_status": "FAILED",
    "error": "column listen_time is missing <b>",
}


@pytest.fixture(scope="module")
def url(settings: Settings, deploy_from: Deploy) -> str:
    """The address of the API, over tables that hold one day."""
    deploy_from(ROOT)
    resource = dynamodb(settings)
    table = resource.Table("MusicStreamingKPIs")
    for kpi_type in ("DAY", f"GENRE#{GENRE}", "HOUR#07", f"HOUR#07#GENRE#{GENRE}"):
        table.put_item(Item={"listen_date": DATE, "kpi_type": kpi_type, **METRICS})
    ranked: Any = [{"rank": 1, "track_genre": GENRE, "listens": 11346}]
    resource.Table("TopGenresByDay").put_item(Item={"listen_date": DATE, "top_5_genres": ranked})
    resource.Table("FileValidationMetadata").put_item(Item=FILE)
    return apis(settings)["kpi_api"]


@pytest.fixture
def get(url: str) -> Callable[..., httpx.Response]:
    with_pool = httpx.Client(base_url=url, trust_env=False, timeout=60)

    def ask(path: str, **query: str) -> httpx.Response:
        return with_pool.get(path, params=query)

    return ask


def test_a_day_is_the_item_of_the_table(get: Callable[..., httpx.Response]) -> None:
    answer = get(f"days/{DATE}")
    assert (answer.status_code, answer.json()["listen_date"]) == (200, DATE)
    exact = json.loads(answer.text, parse_float=Decimal)
    assert {name: exact[name] for name in METRICS} == METRICS


def test_days_genres_and_files_are_read_by_their_indexes(get: Callable[..., httpx.Response]) -> None:
    assert [day["listen_date"] for day in get("days").json()["items"]] == [DATE]
    over_days = get("genre-days", genre=GENRE, **{"from": DATE, "to": DATE}).json()["items"]
    assert [(day["listen_date"], day["track_genre"]) for day in over_days] == [(DATE, GENRE)]
    files = get("files").json()["items"]
    assert [(file["file_key"], file["error"]) for file in files] == [(FILE["file_key"], FILE["error"])]


def test_a_wrong_request_is_told_as_a_problem(get: Callable[..., httpx.Response]) -> None:
    answer = get("days/2024-02-30")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["expected"] == "date to be a day that exists"


def test_what_the_client_has_is_not_sent_again(url: str, get: Callable[..., httpx.Response]) -> None:
    etag = get(f"days/{DATE}").headers["etag"]
    again = httpx.get(f"{url}days/{DATE}", headers={"if-none-match": etag}, trust_env=False, timeout=60)
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_elsewhere_gets_nothing(url: str) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert httpx.get(f"{url}days", headers=headers, trust_env=False, timeout=60).status_code == 403


@pytest.fixture(scope="module")
def assumed(settings: Settings, url: str) -> Callable[[str, str], Callable[[str], Any]]:
    """Clients, by service, with the credentials of a stack's role."""

    def assume(stack: str, resource: str) -> Callable[[str], Any]:
        role = stack_resources(client(settings, "cloudformation"), stack)[resource]
        arn = f"arn:aws:iam::{settings.account_id}:role/{role}"
        given = client(settings, "sts").assume_role(RoleArn=arn, RoleSessionName="api")["Credentials"]
        keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        session: Any = boto3.session.Session(*keys, settings.region)
        return cache(lambda service: session.client(service, endpoint_url=settings.endpoint_url))

    return assume


@pytest.fixture(scope="module")
def as_function(assumed: Callable[[str, str], Callable[[str], Any]]) -> Callable[[str], Any]:
    """Clients with the credentials of the API's function."""
    return assumed("music-streams-kpi-api", "KpiApiRole")


ALERT_KEY = {"list": {"S": "alerts"}, "at_and_id": {"S": "x"}}
METRIC = {"MetricName": "DaysTouched", "Value": 3.0}
DAY_KEY = {"listen_date": {"S": DATE}, "kpi_type": {"S": "DAY"}}
KPIS = {"TableName": "MusicStreamingKPIs"}
DENIED: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "scan", KPIS),
    ("dynamodb", "put_item", {**KPIS, "Item": DAY_KEY}),
    ("dynamodb", "delete_item", {**KPIS, "Key": DAY_KEY}),
    ("dynamodb", "batch_get_item", {"RequestItems": {"MusicStreamingKPIs": {"Keys": [DAY_KEY]}}}),
    ("dynamodb", "get_item", {"TableName": "FileValidationMetadata", "Key": {"file_key": {"S": "x"}}}),
    (
        "dynamodb",
        "get_item",
        {"TableName": "GenreDailyKPIs", "Key": {"date": {"S": DATE}, "track_genre": {"S": "x"}}},
    ),
    ("dynamodb", "scan", {"TableName": "Alerts"}),
    ("dynamodb", "put_item", {"TableName": "Alerts", "Item": ALERT_KEY}),
    ("dynamodb", "get_item", {"TableName": "Alerts", "Key": ALERT_KEY}),
    ("cloudwatch", "put_metric_data", {"Namespace": "MusicStreams", "MetricData": [METRIC]}),
    ("cloudwatch", "describe_alarms", {}),
    ("sqs", "list_queues", {}),
    ("s3", "list_objects_v2", {"Bucket": "music-streams"}),
    ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:x", "Message": "x"}),
]


def test_what_a_topic_tells_people_is_in_the_list_of_alerts(
    settings: Settings, get: Callable[..., httpx.Response]
) -> None:
    topics = client(settings, "sns").list_topics()["Topics"]
    told = {arn.rpartition(":")[2]: arn for arn in (topic["TopicArn"] for topic in topics)}
    publish = client(settings, "sns").publish
    publish(TopicArn=told["music_streams_alerts"], Subject="a run failed", Message="Why: <b>")
    publish(TopicArn=told["music_streams_job_alerts"], Message='"The Glue job x ended."\n"Run: 1"')
    expected = {
        ("music_streams_alerts", "a run failed", "Why: <b>"),
        ("music_streams_job_alerts", "", "The Glue job x ended.\nRun: 1"),
    }

    def kept() -> bool:
        items = get("alerts").json()["items"]
        return expected <= {(each["topic"], each["subject"], each["text"]) for each in items}

    wait_for("both messages among the alerts", lambda: kept() or None)
    texts = [readable_text(message.text) for message in read_published(settings)]
    assert {text for _, _, text in expected} <= set(texts)  # make alerts has the same ones


def test_metrics_of_the_jobs_are_shown(settings: Settings, get: Callable[..., httpx.Response]) -> None:
    put = client(settings, "cloudwatch").put_metric_data
    put(Namespace="MusicStreams", MetricData=[METRIC])
    put(Namespace="SomebodyElse", MetricData=[METRIC])
    (found,) = get("metrics").json()["items"]
    assert (found["name"], found["statistic"], found["latest"], found["all"]) == ("DaysTouched", "Sum", 3, 3)


def test_who_keeps_alerts_may_put_them_and_nothing_else(
    assumed: Callable[[str, str], Callable[[str], Any]],
) -> None:
    keeps = assumed("music-streams-alerts", "KeepAlertRole")("dynamodb")
    keeps.put_item(TableName="Alerts", Item=ALERT_KEY)
    keeps_not: list[tuple[str, dict[str, Any]]] = [
        ("delete_item", {"TableName": "Alerts", "Key": ALERT_KEY}),
        ("get_item", {"TableName": "Alerts", "Key": ALERT_KEY}),
        ("scan", {"TableName": "Alerts"}),
        ("put_item", {**KPIS, "Item": DAY_KEY}),
    ]
    for operation, arguments in keeps_not:
        with pytest.raises(ClientError, match="not authorized"):
            getattr(keeps, operation)(**arguments)


def test_the_role_may_read_by_key(as_function: Callable[[str], Any]) -> None:
    assert as_function("dynamodb").get_item(**KPIS, Key=DAY_KEY)["Item"]["listen_count"] == {"N": "11346"}
    alerts = {"KeyConditionExpression": "#l = :l", "ExpressionAttributeNames": {"#l": "list"}}
    values = {":l": {"S": "alerts"}}
    as_function("dynamodb").query(TableName="Alerts", **alerts, ExpressionAttributeValues=values)


@pytest.mark.parametrize(
    ("service", "operation", "arguments"), DENIED, ids=[f"{s}-{o}" for s, o, _ in DENIED]
)
def test_the_role_may_nothing_else(
    as_function: Callable[[str], Any], service: str, operation: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match=r"not authorized|Access ?Denied"):
        getattr(as_function(service), operation)(**arguments)


def test_the_page_shows_what_the_table_has(settings: Settings, url: str, tmp_path: Path) -> None:
    browser = browser_or_skip("the dashboard was not opened")
    assert dashboard_url(settings) == url
    page = opened(browser, url, tmp_path / "profile")
    shown = {name: f'data-kpi="{name}" data-value="{value}"' for name, value in METRICS.items()}
    assert {name: text for name, text in shown.items() if text not in page} == {}
    assert f'data-ready="{DATE}"' in page
    # What others have written stays text.
    escaped = "rock/100% &lt;b&gt;ロック&lt;/b&gt;"
    assert f'<th scope="row">{escaped}</th><td class="number">11,346</td>' in page
    assert "column listen_time is missing &lt;b&gt;" in page


def test_where_callers_must_sign_nobody_else_is_let_in(
    settings: Settings, url: str, checkout: Path, deploy_from: Deploy
) -> None:
    file = checkout / "sandbox.toml"
    file.write_text(file.read_text().replace('"{api_authorization}"', '"AWS_IAM"'))
    try:
        assert deploy_from(checkout).changed == ("music-streams-kpi-api",)
        assert httpx.get(f"{url}days", trust_env=False, timeout=60).status_code == 403
        request = AWSRequest("GET", f"{url}days")
        SigV4Auth(Credentials("test", "test"), "execute-api", settings.region).add_auth(request)
        signed = httpx.get(f"{url}days", headers=dict(request.headers), trust_env=False, timeout=60)
        assert signed.status_code == 200
    finally:
        deploy_from(ROOT)


AUDIENCE = "an-app-client"


@pytest.fixture
def issuer() -> Iterator[tuple[str, Issuer]]:
    """An issuer that publishes its key as OpenID Connect says; its URL and what signs."""
    issuer = Issuer()

    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            answers = {
                "/pool/.well-known/openid-configuration": {
                    "issuer": f"{url}/pool",
                    "jwks_uri": f"{url}/keys",
                },
                "/keys": {"keys": [issuer.key]},
            }
            body = json.dumps(answers[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Published) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/pool", issuer
        server.shutdown()


def test_with_jwt_a_token_of_the_issuer_lets_in_and_no_other(
    settings: Settings, url: str, checkout: Path, deploy_from: Deploy, issuer: tuple[str, Issuer]
) -> None:
    address, signer = issuer
    file = checkout / "sandbox.toml"
    jwt = f'"JWT"\nKpiApiJwtIssuer = "{address}"\nKpiApiJwtAudience = "{AUDIENCE}"'
    file.write_text(file.read_text().replace('"{api_authorization}"', jwt))
    now = int(time.time())
    right = {"iss": address, "aud": AUDIENCE, "iat": now - 60, "exp": now + 600}
    unsigned = f"{encoded({'alg': 'none', 'kid': signer.kid})}.{encoded(right)}."
    refused = [
        "x",
        unsigned,
        signer.token(**right | {"aud": "another-app"}),
        signer.token(**right | {"iss": "https://elsewhere.example"}),
        signer.token(**right | {"exp": now - 1}),
        Issuer(signer.kid).token(**right),
    ]

    def status(token: str | None) -> int:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.get(f"{url}days", headers=headers, trust_env=False, timeout=60).status_code

    try:
        assert deploy_from(checkout).changed == ("music-streams-kpi-api",)
        assert status(signer.token(**right)) == 200
        assert [status(token) for token in (None, *refused)] == [401] * 7
        gateway = client(settings, "apigatewayv2")
        api = {"ApiId": url.rstrip("/").rpartition("/")[2]}
        (authorizer,) = gateway.get_authorizers(**api)["Items"]
        assert authorizer["JwtConfiguration"] == {"Issuer": address, "Audience": [AUDIENCE]}
        (route,) = gateway.get_routes(**api)["Items"]
        known = (route["AuthorizationType"], route["AuthorizerId"])
        assert known == ("JWT", authorizer["AuthorizerId"])
    finally:
        deploy_from(ROOT)
    assert httpx.get(f"{url}days", trust_env=False, timeout=60).status_code == 200
