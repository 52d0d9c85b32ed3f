"""The local Glue service in a container, for tests: `pip install "glue-sandbox[testcontainers]"`.

with GlueContainer() as glue:
    glue.get_client("s3").create_bucket(Bucket="listens")
    glue.get_client("glue").create_job(…)

Beside it runs MiniStack for all other services, in a network of both; `with_emulator` takes another one.
"""

from __future__ import annotations

import json
from typing import Any, Self

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import HttpWaitStrategy

from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.resources import LOCAL_GLUE, SLIM_IMAGES_FILE

LOOPBACK = "127.0.0.1"
PORT = 4566  # of either, in its container
KEY = "test"
START_SECONDS = 120


class LoopbackContainer(DockerContainer):
    """A container of this machine's engine, reached on loopback alone: who reaches it runs code there."""

    def __init__(self, image: str, **kwargs: Any) -> None:
        """`kwargs` are DockerContainer's."""
        super().__init__(image, **kwargs)
        self.ports[str(PORT)] = (LOOPBACK,)  # type: ignore[assignment]  # which docker's client takes

    def get_container_host_ip(self) -> str:
        """Return loopback, also where the tests run in a container with an engine of its own."""
        return LOOPBACK

    def start(self) -> Self:
        """Start it; return when it answers.

        Raises:
            SandboxError: its image is not here; these are built, and in no registry.
        """
        if not Engine().exists(self.image):
            found = "none of this name in the engine"
            raise SandboxError(f"the image {self.image}", found, "glue-sandbox images")
        return super().start()


class GlueContainer(LoopbackContainer):
    """Glue, and as one address all AWS services; what it runs sees the same address.

    A 12-digit access key is an account of its own: tests that each take another see none of the others' data.
    """

    def __init__(
        self,
        image: str = "",
        *,
        emulator_image: str = "",
        region_name: str = "us-east-1",
        **kwargs: Any,
    ) -> None:
        """Without names, the images that `glue-sandbox images` builds; `kwargs` are DockerContainer's."""
        slim = read_env_file(SLIM_IMAGES_FILE)
        super().__init__(image or slim["GLUE_SERVICE_IMAGE"], **kwargs)
        self.region_name = region_name
        self.emulator_url = ""
        self._emulator_image = emulator_image or slim["MINISTACK_IMAGE"]
        self._own_emulator: LoopbackContainer | None = None
        self._own_network: Network | None = None

    def with_emulator(self, url: str) -> Self:
        """Take this emulator, such as a LocalStackContainer's, and start none.

        It is called by its alias in a network of both, as `http://localstack:4566`.
        """
        self.emulator_url = url
        return self

    def get_url(self) -> str:
        """Return the address of all AWS services, for `endpoint_url`."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def get_client(self, name: str, **kwargs: Any) -> Any:
        """Return boto3's client of a service; `aws_access_key_id="111111111111"` is that account's."""
        import boto3

        given = {
            "endpoint_url": self.get_url(),
            "region_name": self.region_name,
            "aws_access_key_id": KEY,
            "aws_secret_access_key": KEY,
        }
        return boto3.session.Session().client(name, **(given | kwargs))  # type: ignore[call-overload]

    def start(self) -> Self:
        """Start it, and an emulator if none is given; return when both answer."""
        if not self.emulator_url:
            self._start_emulator()
        self._configure_service()
        return super().start()

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:
        """Remove it, and what it started beside it."""
        super().stop(force, delete_volume)
        if self._own_emulator:
            self._own_emulator.stop(force, delete_volume)
        if self._own_network:
            self._own_network.remove()
        self._own_emulator = self._own_network = None

    def _start_emulator(self) -> None:
        if self._network is None:
            self._own_network = Network().create()
            self.with_network(self._own_network)

        emulator = LoopbackContainer(
            self._emulator_image, network=self._network, network_aliases=["emulator"]
        )
        emulator.with_envs(MINISTACK_REGION=self.region_name, AUTH="true", PERSIST_STATE="0", S3_PERSIST="0")
        emulator.with_env("GLUE_ALLOWED_HOSTS", "emulator,glue")
        emulator.with_volume_mapping(LOCAL_GLUE, "/opt/local-glue/local_glue")
        self._own_emulator = emulator.waiting_for(_answers("/_ministack/health"))
        self._own_emulator.start()
        self.emulator_url = f"http://emulator:{PORT}"
        self.with_env("GLUE_AUTHORIZATION", "emulator")  # roles count, as on AWS

    def _configure_service(self) -> None:
        self.with_network_aliases(*(self._network_aliases or ()), "glue")  # by which MiniStack calls it
        self.with_volume_mapping(LOCAL_GLUE, "/opt/local-glue/src/local_glue")
        self.with_command(["-c", "exec /opt/local-service/bin/python -m local_glue serve"])
        defaults = {
            "GLUE_HOST": "0.0.0.0",  # noqa: S104 - the container's network; published on 127.0.0.1 only
            "GLUE_EMULATOR_URL": self.emulator_url,
            "GLUE_ALLOWED_HOSTS": ",".join(self._network_aliases or ()),
            "GLUE_STATE_DIR": "/var/lib/local-service/state",
            "GLUE_JOB_PYTHON": "/usr/bin/python3.11",
            "GLUE_SPARK_HOME": "/usr/lib/spark",
            "GLUE_WARM_DRIVERS": "0",  # a test that runs one job waits for it no longer
            "AWS_DEFAULT_REGION": self.region_name,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": "/opt/local-glue/src",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.env = defaults | self.env
        self.waiting_for(_answers("/_glue/health", "emulator"))


def _answers(path: str, key: str = "") -> HttpWaitStrategy:
    """Wait until the path answers; with a key, until its JSON says "ok" there."""
    strategy = HttpWaitStrategy(PORT, path).for_status_code(200).with_startup_timeout(START_SECONDS)
    return strategy.for_response_predicate(lambda body: json.loads(body)[key] == "ok") if key else strategy
