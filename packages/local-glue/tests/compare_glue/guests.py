"""The other services: how each is started from an environment that has it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def moto(python: Path, port: int, _folder: Path) -> tuple[list[str], dict[str, str], str]:
    """Program, environment and health path of moto's server."""
    return [str(python.parent / "moto_server"), "-p", str(port)], {}, "/moto-api/"


def localstack(python: Path, port: int, folder: Path) -> tuple[list[str], dict[str, str], str]:
    """Program, environment and health path of LocalStack without its image."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FILESYSTEM_ROOT": str(folder / "localstack"),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }
    return [str(python), "-m", "localstack.runtime.main"], env, "/_localstack/health"


GUESTS = {"moto": ("moto", moto), "LocalStack": ("localstack-core", localstack)}


def version_of(python: Path, package: str) -> str:
    """Ask an environment for the version of a package."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
