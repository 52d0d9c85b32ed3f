"""The compose file as compose itself reads it, for both sources of images."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glue_sandbox.containers.env_files import prepare, project_name
from glue_sandbox.docker.compose import PROFILES, Compose
from glue_sandbox.images.selection import named
from glue_sandbox.settings import Settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]


@pytest.mark.parametrize("source", ["published", "slim"])
def test_compose_reads_the_file_with_the_images_of_either_source(
    source: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "another")  # of the shell, for a project of the user's own
    names = named(settings, source, {}).names
    prepare(settings, names)
    config = json.loads(Compose(settings).run("config", "--format", "json", profiles=PROFILES))
    services: dict[str, dict[str, Any]] = config["services"]
    assert config["name"] == project_name(settings)
    images = {service["image"] for service in services.values()}
    assert images == {
        names[variable]
        for variable in ("EMULATOR_IMAGE", "GLUE_SERVICE_IMAGE", "POSTGRES_IMAGE", "AIRFLOW_IMAGE")
    }
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}
    ours = {str(settings.sandbox_port), str(settings.emulator_port), str(settings.airflow_port)}
    assert {port["published"] for port in published} == {*ours, str(settings.history_port)}
    assert {service.get("read_only", False) for service in services.values()} == {source == "slim"}
    # Spark's pages answer to every host name: they listen where no browser comes.
    for name in ("history", "spark-master", "spark-worker-1", "spark-worker-2"):
        assert services[name]["environment"]["SPARK_LOCAL_IP"] == "127.0.0.1", name
    # What a container is told is what was written, whatever characters it holds.
    assert services["airflow"]["environment"]["MUSIC_STREAMS_SCHEDULE"] == "*/5 * * * *"
