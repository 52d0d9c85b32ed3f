"""An emulator and the local Glue service as processes of their own, on free ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[4]
HOME = ROOT / os.environ.get("SANDBOX_HOME", ".sandbox")
ENVS = HOME / "envs"
_START_SECONDS = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One process that is ready when its health URL answers."""

    name: str
    argv: list[str]
    env: dict[str, str]
    health: str
    log: Path
    needs_emulator: bool = True
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.argv, env=self.env, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                raise RuntimeError(
                    f"{self.name} was not ready at {self.health} after {_START_SECONDS:.0f} s "
                    f"(exit code {self.process.poll()}). The end of {self.log}:\n{tail}"
                )
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process; give its exit code."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def _is_ready(self) -> bool:
        try:
            answer = httpx.get(self.health, timeout=2, trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and (not self.needs_emulator or "down" not in answer.text)


def emulator_server(folder: Path) -> tuple[Server, str]:
    """Give a MiniStack that is not started yet, and its URL."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
    }
    url = f"http://127.0.0.1:{port}"
    argv = [str(ENVS / "ministack/bin/ministack")]
    return Server("MiniStack", argv, env, f"{url}/_ministack/health", folder / "ministack.log"), url


def glue_server(folder: Path, emulator_url: str, **settings: str) -> tuple[Server, str]:
    """Give a local Glue service that is not started yet, and its URL."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "packages/local-glue/src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GLUE_PORT": str(port),
        "GLUE_EMULATOR_URL": emulator_url,
        "GLUE_STATE_DIR": str(folder / "state"),
        "GLUE_JOB_PYTHON": str(ENVS / "glue/bin/python"),
        "GLUE_SPARK_HOME": str(ENVS / "glue/lib/python3.11/site-packages/pyspark"),
        "GLUE_SPARK_JARS": str(HOME / "jars"),
        "GLUE_CORES": "2",
        "GLUE_WARM_DRIVERS": "0",
        "GLUE_QUIET_SECONDS": "1",
        "GLUE_CACHE_DIR": str(HOME / "cache" / "spark"),
        "GLUE_MINUTE_SECONDS": "1",  # a job's Timeout counts seconds here
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        **settings,
    }
    if "JAVA_HOME" in os.environ:
        env["GLUE_JAVA_HOME"] = os.environ["JAVA_HOME"]
    url = f"http://127.0.0.1:{port}"
    argv = [str(ENVS / "sandbox/bin/python"), "-m", "local_glue", "serve"]
    return Server("local Glue service", argv, env, f"{url}/_glue/health", folder / "glue.log"), url
