"""A local Glue service with a real emulator behind it, on free ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.glue_scripts import ScriptRunner
from glue_service.in_process import app_in
from glue_service.lake import Lake
from glue_service.support import BUCKET, Stage, client, emulator_server, glue_server, make_role

from local_glue.http.app import App

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
def stage(tmp_path_factory: pytest.TempPathFactory, emulator_url: str) -> Iterator[Stage]:
    server, url = glue_server(tmp_path_factory.mktemp("with a space"), emulator_url)
    server.start()
    yield Stage(url, emulator_url, server)
    server.stop()


@pytest.fixture(scope="session")
def warm_stage(tmp_path_factory: pytest.TempPathFactory, emulator_url: str) -> Iterator[Stage]:
    """A service that keeps a warm driver JVM."""
    folder = tmp_path_factory.mktemp("warm with a space")
    server, url = glue_server(folder, emulator_url, GLUE_WARM_DRIVERS="1")
    server.start()
    yield Stage(url, emulator_url, server)
    server.stop()


@pytest.fixture
def own_stage(tmp_path: Path, emulator_url: str) -> Iterator[Callable[..., Stage]]:
    """Make services that a test may stop: `own_stage(GLUE_MINUTE_SECONDS="60")`."""
    made: list[Stage] = []

    def make(folder: Path = tmp_path, emulator: str = emulator_url, **settings: str) -> Stage:
        server, url = glue_server(folder, emulator, **settings)
        server.start()
        made.append(Stage(url, emulator, server))
        return made[-1]

    yield make
    for one in made:
        if one.server.process and one.server.process.poll() is None:
            one.server.stop()


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[ScriptRunner]:
    """A warm Spark session that runs Glue scripts."""
    runner = ScriptRunner(stage, tmp_path_factory.mktemp("scripts with a space"))
    yield runner
    runner.stop()


@pytest.fixture
def glue(stage: Stage) -> GlueClient:
    found: GlueClient = stage.aws("glue")
    return found


@pytest.fixture
def s3(stage: Stage) -> S3Client:
    found: S3Client = stage.aws("s3")
    return found


@pytest.fixture
def lake(stage: Stage) -> Lake:
    """A prefix of the bucket, a database and a crawler's name, of one test."""
    return Lake(stage)


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An application without a server, whose runs and crawls neither begin nor end."""
    return app_in(tmp_path)
