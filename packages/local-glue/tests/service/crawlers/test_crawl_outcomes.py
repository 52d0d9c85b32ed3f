"""How crawls end: LastCrawl, log lines, and what makes a crawl fail."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from glue_service.aws import BUCKET, ROLE, refusal
from glue_service.crawler_fixture import CrawlerFixture
from glue_service.in_process import app_in, client_of, copy_of
from glue_service.servers import free_port, glue_server
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from local_glue.api.glue_api_model import Json
from local_glue.crawlers.outcomes import Cancelled
from local_glue.http.app import App
from local_glue.store import Documents, Scope

ANY_TARGETS: Any = {"S3Targets": [{"Path": "s3://b/"}]}


def test_an_empty_folder_makes_no_table_and_says_so(crawled: CrawlerFixture) -> None:
    crawled.create("nothing/")
    last = crawled.crawl()
    assert last["Status"] == "SUCCEEDED"
    assert crawled.tables() == {}
    assert f"INFO : No data found at s3://{BUCKET}/{crawled.name}/nothing/" in crawled.said(last)


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (
            {"Targets": {"JdbcTargets": [{"Path": "p"}]}},
            "crawls S3Targets, DynamoDBTargets, CatalogTargets only, found JdbcTargets",
        ),
        ({"Targets": {"DeltaTargets": [{"DeltaTables": [f"s3://{BUCKET}/t/"]}]}}, "found DeltaTargets"),
        ({"Targets": {"IcebergTargets": [{"Paths": [f"s3://{BUCKET}/t/"]}]}}, "found IcebergTargets"),
        ({"Targets": {"HudiTargets": [{"Paths": [f"s3://{BUCKET}/t/"]}]}}, "found HudiTargets"),
        ({"Targets": {"MongoDBTargets": [{"Path": "a/b"}]}}, "found MongoDBTargets"),
    ],
)
def test_a_crawl_that_cannot_be_done_failed_with_the_reason(
    crawled: CrawlerFixture, definition: dict[str, Any], reason: str
) -> None:
    crawled.create(**definition)
    last = crawled.crawl()
    assert last["Status"] == "FAILED"
    assert reason in last["ErrorMessage"]


def test_a_crawl_says_what_aws_says(crawled: CrawlerFixture) -> None:
    for day in ("1", "2"):
        crawled.put(f"t/day={day}/x.json", '{"a":1}\n')
    crawled.create("t/")
    last = crawled.crawl()
    policy = '{"UpdateBehavior":"UPDATE_IN_DATABASE","DeleteBehavior":"DEPRECATE_IN_DATABASE"}'
    assert crawled.said(last) == [
        f"BENCHMARK : Running Start Crawl for Crawler {crawled.name}",
        f"BENCHMARK : Classification complete, writing results to database {crawled.name}",
        f"INFO : Crawler configured with SchemaChangePolicy {policy}.",
        f"INFO : Created table t in database {crawled.name}",
        "INFO : Added 2 partition(s) to table t",
        "BENCHMARK : Finished writing to Catalog",
        "INFO : Run Summary For PARTITION:",
        "INFO : ADD: 2",
        "INFO : Run Summary For TABLE:",
        "INFO : ADD: 1",
        "BENCHMARK : Crawler has finished running and is in state READY",
    ]
    assert set(last) == {"Status", "LogGroup", "LogStream", "MessagePrefix", "StartTime"}
    crawled.delete("t/day=1/x.json")
    crawled.delete("t/day=2/x.json")
    crawled.glue.update_crawler(
        Name=crawled.name, Configuration='{"Version":1.0,"CreatePartitionIndex":true}'
    )
    said = crawled.said(crawled.crawl())
    assert (
        "INFO : Table t is marked deprecated because a matching schema was not found at the table's location."
    ) in said
    assert said[-3:-1] == ["INFO : Run Summary For TABLE:", "INFO : UPDATE: 1"]
    configured = next(
        line for line in said if line.startswith("INFO : Crawler configured with Configuration")
    )
    assert configured.endswith(
        "Note that values in the Configuration override values in the SchemaChangePolicy for S3 Targets."
    )


def test_a_crawler_without_a_database_writes_to_default(crawled: CrawlerFixture) -> None:
    crawled.put(f"{crawled.name}/x.json", '{"a":1}\n')
    targets = {"S3Targets": [{"Path": f"{crawled.url}/{crawled.name}/"}]}
    crawled.glue.create_crawler(Name=crawled.name, Role=ROLE, Targets=targets)
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    assert (
        crawled.glue.get_table(DatabaseName="default", Name=crawled.name)["Table"]["DatabaseName"]
        == "default"
    )


def test_a_target_that_cannot_be_read_leaves_the_catalog_as_it_was(crawled: CrawlerFixture) -> None:
    crawled.put("t/x.json", '{"a":1}\n')
    with crawled.bucket_that_goes() as gone:
        crawled.create(Targets={"S3Targets": [{"Path": f"{crawled.url}/t/"}, {"Path": gone}]})
    last = crawled.crawl()
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"].startswith(f"{gone} can't be read: An error occurred (NoSuchBucket)")
    with pytest.raises(crawled.glue.exceptions.EntityNotFoundException):
        crawled.tables()


def test_many_crawlers_at_once_each_finish_their_own(service: GlueService) -> None:
    lakes = [CrawlerFixture(service) for _ in range(8)]
    for number, one in enumerate(lakes):
        for day in range(5):
            one.put(f"t/day={day}/x.json", f'{{"a{number}":1}}\n')
        one.create("t/")
    for one in lakes:
        one.glue.start_crawler(Name=one.name)
    assert {one.wait()["Status"] for one in lakes} == {"SUCCEEDED"}
    assert [one.columns("t") for one in lakes] == [{f"a{number}": "int"} for number in range(8)]
    assert all(len(one.partitions("t")) == 5 for one in lakes)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_crawl_under_way_when_the_service_ends_has_failed(
    own_service: Callable[..., GlueService], number: int
) -> None:
    service = own_service()
    crawled = CrawlerFixture(service)
    for key in range(200):
        crawled.put(f"t/{key}.json", '{"a":1}\n')
    crawled.create("t/")
    crawled.glue.start_crawler(Name=crawled.name)
    service.server.stop(number)
    service.server.start()
    crawler = crawled.glue.get_crawler(Name=crawled.name)["Crawler"]
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "FAILED")
    assert crawler["LastCrawl"]["ErrorMessage"].endswith("Start the crawler again.")
    assert [crawl["State"] for crawl in crawled.glue.list_crawls(CrawlerName=crawled.name)["Crawls"]] == [
        "FAILED"
    ]
    assert crawled.crawl()["Status"] == "SUCCEEDED"
    assert crawled.columns("t") == {"a": "int"}


def test_after_a_restart_a_crawl_that_was_to_stop_was_cancelled(app: App, tmp_path: Path) -> None:
    glue = client_of(app)
    for name in ("running", "stopping"):
        glue.create_crawler(Name=name, Role=ROLE, Targets=ANY_TARGETS)
        glue.start_crawler(Name=name)
    glue.stop_crawler(Name="stopping")
    (tmp_path / "after").mkdir()
    after = copy_of(app, tmp_path / "after")
    after.crawls.recover()
    found = {one["Name"]: one for one in client_of(after).get_crawlers()["Crawlers"]}
    assert {one["State"] for one in found.values()} == {"READY"}
    assert found["running"]["LastCrawl"]["Status"] == "FAILED"
    assert found["stopping"]["LastCrawl"]["Status"] == "CANCELLED"
    assert "ErrorMessage" not in found["stopping"]["LastCrawl"]
    assert client_of(after).list_crawls(CrawlerName="stopping")["Crawls"][0]["State"] == "STOPPED"


def test_a_crawl_that_starts_while_the_one_before_is_about_to_end_can_be_stopped(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the end that everybody sees and that of its thread."""
    del app.crawls.start, app.crawls.stop  # the real ones again
    glue, retry_transaction = client_of(app), app.store.retry_transaction
    threads: list[threading.Thread] = []

    def store_the_end(scope: Scope, work: Callable[[Documents], None]) -> None:
        retry_transaction(scope, work)
        if len(threads) == 1:
            glue.start_crawler(Name="c")
            wait_for("the second crawl", lambda: len(threads) == 2)

    def crawl(_scope: Scope, _crawler: Json, _changes: object, stop: threading.Event) -> None:
        threads.append(threading.current_thread())
        if len(threads) == 2:
            assert stop.wait(30)
            raise Cancelled

    monkeypatch.setattr(app.store, "retry_transaction", store_the_end)
    monkeypatch.setattr(app.crawls, "_crawl", crawl)
    glue.create_crawler(Name="c", Role=ROLE, Targets=ANY_TARGETS)
    glue.start_crawler(Name="c")
    wait_for("the second crawl", lambda: len(threads) == 2)
    threads[0].join(30)
    glue.stop_crawler(Name="c")
    wait_for("the end", lambda: glue.get_crawler(Name="c")["Crawler"]["State"] == "READY")
    assert glue.get_crawler(Name="c")["Crawler"]["LastCrawl"]["Status"] == "CANCELLED"


def test_without_the_emulator_a_crawl_fails_and_a_crawler_is_not_stored(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    client_of(app_in(tmp_path / "state")).create_crawler(Name="c", Role=ROLE, Targets=ANY_TARGETS)
    server, url = glue_server(tmp_path, f"http://127.0.0.1:{free_port()}")
    server.needs_emulator = False
    server.start()
    try:
        crawled = CrawlerFixture(GlueService(url, url, server))
        code, message = refusal(crawled.create)
        assert code == "InternalServiceException"
        assert "can't be assumed: Could not connect to the endpoint URL" in message

        crawled.name = "c"
        last = crawled.crawl()
        assert last["Status"] == "FAILED"
        assert "can't be assumed: Could not connect to the endpoint URL" in last["ErrorMessage"]
        assert crawled.glue.get_crawler(Name="c")["Crawler"]["State"] == "READY"
    finally:
        server.stop()
