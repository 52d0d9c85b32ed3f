"""Airflow's GlueCrawlerOperator, its trigger and its sensor, unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.airflow_client import AIRFLOW, airflow
from glue_service.aws import ROLE
from glue_service.service import GlueService

if TYPE_CHECKING:
    from glue_service.crawler_fixture import CrawlerFixture

pytestmark = pytest.mark.skipif(not AIRFLOW.exists(), reason="Airflow is not installed: run `make up` first")

CODE = """
import asyncio
from airflow.providers.amazon.aws.operators.glue_crawler import GlueCrawlerOperator
from airflow.providers.amazon.aws.sensors.glue_crawler import GlueCrawlerSensor
from airflow.sdk.exceptions import TaskDeferred

def operator(path, **options):
    config = {{"Name": {name!r}, "Role": {role!r}, "DatabaseName": {name!r}, "Tags": {{"team": path[-2:]}},
              "Targets": {{"S3Targets": [{{"Path": path}}]}}}}
    return GlueCrawlerOperator(task_id="t", aws_conn_id=None, poll_interval=1, config=config, **options)

def deferred(path):
    task = operator(path, deferrable=True)
    try:
        task.execute({{}})
    except TaskDeferred as deferral:
        async def first():
            async for event in deferral.trigger.run():
                return event.payload
        return task.execute_complete({{}}, asyncio.run(first()))

def said(name, call):
    try:
        print(name, call(), flush=True)
    except Exception as error:
        print(name, "raised", type(error).__name__, str(error).replace(chr(10), " "), flush=True)

sensor = GlueCrawlerSensor(task_id="s", crawler_name={name!r}, aws_conn_id=None)
said("SYNC", lambda: operator({good!r}).execute({{}}))
said("SENSED", lambda: sensor.poke({{}}))
said("DEFERRED", lambda: deferred({good!r}))
said("SYNC_FAILED", lambda: operator({bad!r}).execute({{}}))
said("SENSED_FAILED", lambda: sensor.poke({{}}))
said("DEFERRED_FAILED", lambda: deferred({bad!r}))
"""


def test_each_way_to_wait_for_a_crawl_knows_its_outcome(
    service: GlueService, crawled: CrawlerFixture, tmp_path: Path
) -> None:
    crawled.put("t/day=1/x.json", '{"a":1}\n')
    crawled.put("b/x.ion", b"\xe0\x01\x00\xea")  # Amazon Ion has no classifier here: the crawl fails
    code = CODE.format(name=crawled.name, role=ROLE, good=f"{crawled.url}/t/", bad=f"{crawled.url}/b/")
    done = airflow(service, tmp_path, code)
    assert done.returncode == 0, done.stderr
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.split(" ")[0].isupper())
    assert (said["SYNC"], said["SENSED"], said["DEFERRED"]) == (crawled.name, "True", crawled.name)
    for name in ("SYNC_FAILED", "SENSED_FAILED", "DEFERRED_FAILED"):
        assert said[name].startswith("raised"), said
    crawls = crawled.glue.list_crawls(CrawlerName=crawled.name)["Crawls"]
    assert [crawl["State"] for crawl in crawls] == ["FAILED", "FAILED", "COMPLETED", "COMPLETED"]
    assert crawled.keys("t") == ["day"]
    arn = f"arn:aws:glue:us-east-1:000000000000:crawler/{crawled.name}"
    assert crawled.glue.get_tags(ResourceArn=arn)["Tags"] == {"team": "b/"}
