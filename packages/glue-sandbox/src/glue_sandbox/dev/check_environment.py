"""What linters and tests see of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.settings import Settings
from local_glue.setup.java import find_java

# Where sources and the helpers of tests are imported from.
PYTHON_PATH = (
    *("packages/local-glue/src", "packages/glue-sandbox/src", "glue", "scripts", "dags", "tests"),
    *("packages/local-glue/tests", "packages/glue-sandbox/tests"),
)
SETTINGS_OF_CALLER = (
    *("SANDBOX_HOME", "SANDBOX_STATE", "CI", "PYTEST_ADDOPTS", "FUZZ", "TARGET", "IMAGES", "EMULATOR"),
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
)


def environment_of_checks(settings: Settings) -> dict[str, str]:
    """Return what linters and tests see: no real AWS account, and the caches of this project."""
    kept = {name: os.environ[name] for name in SETTINGS_OF_CALLER if name in os.environ}
    java = find_java(settings.home)
    cache = settings.home / "cache"
    extra = {
        "PATH": f"{settings.envs / 'dev' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "DOCKER_CONFIG": os.environ.get("DOCKER_CONFIG") or str(Path.home() / ".docker"),
        "HOME": str(cache / "user"),  # not below the state, where `down` looks for processes to end
        "RUFF_CACHE_DIR": str(cache / "ruff"),
        "MYPY_CACHE_DIR": str(cache / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(cache / "hypothesis"),
    }
    if java:
        extra["JAVA_HOME"] = str(java)

    env = child_environment(settings, kept | extra)
    del env["AWS_ENDPOINT_URL"]  # the tests say themselves which endpoint they mean
    return env
