"""The fault campaign's own parts: the plan of a seed, and a proxy that AWS's own client understands."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError, ResponseStreamingError
from chaos import __main__ as chaos_main
from chaos.answers import ANSWERS
from chaos.campaign import Hit, Round
from chaos.faults import ANY, ARCHIVE, CHECK_FILES, CLASSES, CRAWL, DYNAMODB, S3, VALIDATE, Fault
from chaos.plan import ROUNDS_OF_A_DECK, faults_of
from chaos.proxy import LAUNCH, Exchange, FaultProxy, Trap
from chaos.report import Report
from chaos.verdict import Verdict

from glue_sandbox.machine.ports import free_ports

ITEMS = [{"PutRequest": {"Item": {"key": {"S": str(number)}}}} for number in range(5)]


class Emulator(BaseHTTPRequestHandler):
    """Notes what it was asked, and answers everything with success."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, bytes]]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append((self.path, body))
        answer = b"{}" if "X-Amz-Target" in self.headers else b"0123456789"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def asked() -> list[tuple[str, bytes]]:
    return []


@pytest.fixture
def proxy(asked: list[tuple[str, bytes]]) -> Iterator[FaultProxy]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Noting", (Emulator,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with FaultProxy(f"http://127.0.0.1:{server.server_port}", free_ports(1)[0]) as made:
        yield made
    server.shutdown()
    server.server_close()


def client(proxy: FaultProxy, service: str, key: str = "test", patience: float = 30) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=proxy.url,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key="test",
        config=Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            proxies={},
            read_timeout=patience,
        ),
    )


def read(s3: Any, key: str = "manifests/b1.json") -> bytes:
    body: bytes = s3.get_object(Bucket="b", Key=key)["Body"].read()
    return body


def test_a_seed_is_one_plan_and_every_deck_has_every_class() -> None:
    deck = [fault for number in range(ROUNDS_OF_A_DECK) for fault in faults_of(7, number)]
    assert {fault.name for fault in deck} == {kind.name for kind in CLASSES}
    assert deck == [fault for number in range(ROUNDS_OF_A_DECK) for fault in faults_of(7, number)]
    assert deck != [fault for number in range(ROUNDS_OF_A_DECK) for fault in faults_of(8, number)]
    for fault in deck:
        assert fault.step in fault.kind.steps
        assert bool(fault.kind.answer) != bool(fault.kind.target)
        assert fault.kind.answer in {*ANSWERS, ""}


NOTHING_WRONG = Verdict(100, 0, 0, ())
ONE_OF_EACH = [kind.name for kind in CLASSES]


@pytest.mark.parametrize(
    ("count", "names", "verdict", "code", "says"),
    [
        (2, ["s3_lost", "s3_lost"], NOTHING_WRONG, 0, ""),
        (3, ["s3_lost", "s3_lost"], NOTHING_WRONG, 1, "expected 3 faults; found 2 in 1 rounds; next: make"),
        (len(CLASSES), ONE_OF_EACH, NOTHING_WRONG, 0, ""),
        (
            len(CLASSES),
            ["kill_glue", *ONE_OF_EACH[1:]],
            NOTHING_WRONG,
            1,
            f"not once: {ONE_OF_EACH[0]}; next",
        ),
        (1, ["s3_lost"], Verdict(100, 1, 0, ()), 1, "1 are lost"),
    ],
    ids=["as many as asked for", "too few", "one of each class", "a class never came", "something is lost"],
)
def test_a_campaign_is_green_only_after_as_many_faults_as_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    count: int,
    names: list[str],
    verdict: Verdict,
    code: int,
    says: str,
) -> None:
    def run(_: object, count: int, seed: int, __: object) -> Report:
        report = Report(tmp_path / "report.md", count, seed)
        hits = [Hit(Fault(name, CHECK_FILES, 0.0), 0, 0.0) for name in names]
        report.add(Round(0, hits, [], 1, 1.0, verdict))
        return report

    monkeypatch.setattr(chaos_main, "run", run)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["chaos", "--count", str(count), "--seed", "4"])
    assert chaos_main.main() == code
    said = capsys.readouterr().out
    assert says in said
    is_proof = len(names) >= count and says.count("not once") == 0
    assert ("no proof" in said) != is_proof
    assert ("**No proof:**" in (tmp_path / "report.md").read_text(encoding="utf-8")) != is_proof


def test_requests_are_counted_by_the_step_that_made_them(proxy: FaultProxy) -> None:
    read(client(proxy, "s3"))
    job, crawler = client(proxy, "s3", "ASIA1"), client(proxy, "s3", "ASIA2")
    read(job, f"jobs/abc/{VALIDATE}.py")
    read(job, "x")
    client(proxy, "dynamodb", "ASIA1").list_tables()
    read(crawler, "curated/x")
    assert proxy.counts == {
        (CHECK_FILES, S3, "GET"): 1,
        (VALIDATE, S3, LAUNCH): 1,
        (VALIDATE, S3, "GET"): 1,
        (VALIDATE, DYNAMODB, "ListTables"): 1,
        (CRAWL, S3, "GET"): 1,
    }
    read(client(proxy, "s3", "ASIA3"), f"jobs/abc/{VALIDATE}.py")
    assert proxy.counts[VALIDATE, S3, "GET"] == 0, "counts are of the latest run of a step"


def test_a_trap_springs_at_its_moment_in_its_step_only(
    proxy: FaultProxy, asked: list[tuple[str, bytes]]
) -> None:
    proxy.set_traps(
        [Trap(CHECK_FILES, 2, ANSWERS["slow_down"], S3, times=2), Trap(ARCHIVE, 1, ANSWERS["lost"])]
    )
    s3 = client(proxy, "s3")
    assert read(s3) == b"0123456789"
    for _ in range(2):
        with pytest.raises(ClientError, match="SlowDown"):
            read(s3)
    assert read(s3) == b"0123456789"
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("answer", "error", "text", "reaches"),
    [
        ("internal_error", ClientError, "InternalError", 0),
        ("request_timeout", ClientError, "RequestTimeout", 0),
        ("denied", ClientError, "AccessDenied", 0),
        ("dropped", ConnectionClosedError, "closed", 0),
        ("lost", ConnectionClosedError, "closed", 1),
        ("cut", ResponseStreamingError, "occurred while reading", 1),
    ],
)
def test_s3_goes_wrong_as_the_client_knows_it(
    proxy: FaultProxy,
    asked: list[tuple[str, bytes]],
    answer: str,
    error: type[Exception],
    text: str,
    reaches: int,
) -> None:
    proxy.set_traps([Trap(CHECK_FILES, 1, ANSWERS[answer], ANY)])
    with pytest.raises(error, match=text):
        read(client(proxy, "s3"))
    assert len(asked) == reaches


def test_a_stall_is_silence_until_the_client_gives_up(
    proxy: FaultProxy, asked: list[tuple[str, bytes]]
) -> None:
    ended = threading.Event()

    async def spring(exchange: Exchange) -> web.StreamResponse:
        answer = await ANSWERS["stalled"](exchange)
        ended.set()
        return answer

    proxy.set_traps([Trap(CHECK_FILES, 1, spring, S3)])
    with pytest.raises(ReadTimeoutError):
        read(client(proxy, "s3", patience=0.5))
    assert ended.wait(10), "the proxy still holds what nobody waits for"
    assert asked == []


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("throttled", "ProvisionedThroughputExceededException"),
        ("unavailable", "InternalServerError"),
        ("denied", "AccessDeniedException"),
    ],
)
def test_dynamodb_goes_wrong_as_the_client_knows_it(proxy: FaultProxy, answer: str, text: str) -> None:
    proxy.set_traps([Trap(CHECK_FILES, 1, ANSWERS[answer], DYNAMODB)])
    with pytest.raises(ClientError, match=text):
        client(proxy, "dynamodb").batch_write_item(RequestItems={"t": ITEMS})


def test_a_batch_is_taken_in_part_and_the_rest_comes_back(
    proxy: FaultProxy, asked: list[tuple[str, bytes]]
) -> None:
    proxy.set_traps([Trap(CHECK_FILES, 1, ANSWERS["unprocessed"], DYNAMODB, "BatchWriteItem", times=2)])
    dynamodb = client(proxy, "dynamodb")
    assert dynamodb.batch_write_item(RequestItems={"t": ITEMS})["UnprocessedItems"] == {"t": ITEMS[2:]}
    assert dynamodb.batch_write_item(RequestItems={"t": ITEMS[:1]})["UnprocessedItems"] == {"t": ITEMS[:1]}
    assert [json.loads(body)["RequestItems"] for _, body in asked] == [{"t": ITEMS[:2]}]
