"""A local Glue service with a real emulator behind it, on free ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.aws import BUCKET, client, make_role
from glue_service.crawler_fixture import CrawlerFixture
from glue_service.glue_scripts import ScriptRunner
from glue_service.servers import emulator_server, glue_server
from glue_service.service import GlueService

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server, url = emulator_server(tmp_path_factory.mktemp("emulator"))
    server.start()
    client(url, "s3").create_bucket(Bucket=BUCKET)
    make_role(url)
    yield url
    server.stop()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, emulator_url: str) -> Iterator[GlueService]:
    server, url = glue_server(tmp_path_factory.mktemp("with a space"), emulator_url)
    server.start()
    yield GlueService(url, emulator_url, server)
    server.stop()


@pytest.fixture(scope="session")
def warm_service(tmp_path_factory: pytest.TempPathFactory, emulator_url: str) -> Iterator[GlueService]:
    """A service that keeps a warm driver JVM."""
    folder = tmp_path_factory.mktemp("warm with a space")
    server, url = glue_server(folder, emulator_url, GLUE_WARM_DRIVERS="1")
    server.start()
    yield GlueService(url, emulator_url, server)
    server.stop()


@pytest.fixture
def own_service(tmp_path: Path, emulator_url: str) -> Iterator[Callable[..., GlueService]]:
    """Make services that a test may stop: `own_service(GLUE_MINUTE_SECONDS="60")`."""
    made: list[GlueService] = []

    def make(folder: Path = tmp_path, emulator: str = emulator_url, **settings: str) -> GlueService:
        server, url = glue_server(folder, emulator, **settings)
        server.start()
        made.append(GlueService(url, emulator, server))
        return made[-1]

    yield make
    for one in made:
        if one.server.process and one.server.process.poll() is None:
            one.server.stop()


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory, service: GlueService) -> Iterator[ScriptRunner]:
    """A warm Spark session that runs Glue scripts."""
    runner = ScriptRunner(service, tmp_path_factory.mktemp("scripts with a space"))
    yield runner
    runner.stop()


@pytest.fixture
def glue(service: GlueService) -> GlueClient:
    found: GlueClient = service.aws("glue")
    return found


@pytest.fixture
def s3(service: GlueService) -> S3Client:
    found: S3Client = service.aws("s3")
    return found


@pytest.fixture
def crawled(service: GlueService) -> CrawlerFixture:
    """A prefix of the bucket, a database and a crawler's name, of one test."""
    return CrawlerFixture(service)
