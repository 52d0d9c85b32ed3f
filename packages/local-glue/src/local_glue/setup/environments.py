"""Creates Python environments from hashed locks; a stamp tells what is in them, so nothing is done twice."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_glue.setup.report import Report, SetupError, chosen
from local_glue.setup.truststore import find_bundle

LOCKS = Path(__file__).parent / "locks"
# pip's settings -> what uv calls them, so that a company's mirror needs telling once.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}
PATIENCE_SECONDS = "3600"
"""How long uv waits for another environment that builds the same package (Spark is 300 MB), and for Python to
compile one file: a busy machine, or one that slept meanwhile, needs more than uv's own minute."""
PATIENCE = ("UV_LOCK_TIMEOUT", "UV_COMPILE_BYTECODE_TIMEOUT")


class Environments:
    """The folder of environments: `<home>/envs/<name>`, each from a lock `<name>.txt`.

    The locks of this package hold what jobs need; those of other environments are in `more_locks`.
    """

    def __init__(self, home: Path, report: Report, more_locks: Sequence[Path] = ()) -> None:
        self.home, self.report = home, report
        self._folders = (LOCKS, *more_locks)
        self._env: dict[str, str] = {}

    def folder(self, name: str) -> Path:
        """Where an environment lies."""
        return self.home / "envs" / name

    def lock(self, name: str) -> Path:
        """Return the file that names every package of an environment, with its hashes."""
        files = [folder / f"{name}.txt" for folder in self._folders]
        return next((file for file in files if file.is_file()), files[-1])

    def size(self, name: str) -> str:
        """Return how many packages an environment gets at most: some are for other systems only."""
        lock = self.lock(name)
        lines = lock.read_text(encoding="utf-8").splitlines() if lock.is_file() else []
        count = sum(line[:1].isalnum() and "==" in line for line in lines)
        return f"up to {count} packages" if count > 1 else ""

    def ready(self, name: str) -> bool:
        """True when the environment was completely installed from exactly today's lock and still starts."""
        stamp = self.folder(name) / ".stamp"
        program = self.folder(name) / "bin" / ("uv" if name == "uv" else "python")
        return stamp.is_file() and program.exists() and stamp.read_text() == self._wanted_stamp(name)

    def install_uv(self) -> str:
        """Install uv with pip into a folder of its own: needs neither venv nor ensurepip.

        Raises:
            SetupError: this Python has no pip.
        """
        target = self.folder("uv")
        shutil.rmtree(target, ignore_errors=True)
        if subprocess.run(
            [sys.executable, "-m", "pip", "--version"],
            env=chosen(os.environ),
            capture_output=True,
            check=False,
        ).returncode:
            raise SetupError(
                f"expected pip beside {sys.executable}, found none",
                f"{shlex.quote(sys.executable)} -m ensurepip; where that is missing (Debian, Ubuntu): "
                "sudo apt-get install python3-pip; then repeat",
            )
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        requirements = str(self.lock("uv"))
        self.report.run(
            [*pip, "--only-binary=:all:", "--require-hashes", "--target", str(target), "-r", requirements],
            env=self.tool_environment(),
        )
        return self.mark_installed("uv")

    def install(self, name: str) -> str:
        """Bring one environment to exactly its lock; an interrupted one is built again."""
        target, stamp = self.folder(name), self.folder(name) / ".stamp"
        uv = str(self.folder("uv") / "bin" / "uv")
        env = self.tool_environment()
        complete_but_old = stamp.is_file() and (target / "bin" / "python").exists()
        if not (complete_but_old and stamp.read_text().split()[1] == _python_tag()):
            self.report.run(
                [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(target)], env=env
            )
        stamp.unlink(missing_ok=True)
        command = [uv, "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", str(target)]
        command += ["--build-constraints", str(self.lock("build")), str(self.lock(name))]
        self.report.run(command, env=env)
        return self.mark_installed(name)

    def mark_installed(self, name: str) -> str:
        """Write down from which lock an environment was installed; return how much is in it."""
        (self.folder(name) / ".stamp").write_text(self._wanted_stamp(name))
        packages = len(list(self.folder(name).glob("lib/python3*/site-packages/*.dist-info")))
        return "installed" if name == "uv" else f"{packages} packages"

    def _wanted_stamp(self, name: str) -> str:
        digest = hashlib.sha256(self.lock(name).read_bytes()).hexdigest()
        return f"{digest} {_python_tag()}\n"

    def tool_environment(self) -> Mapping[str, str]:
        """What pip and uv are told: a cache in our folder, the machine's authorities, the user's mirror."""
        if not self._env:
            env = dict(os.environ)
            env.setdefault("UV_CACHE_DIR", str(self.home / "cache" / "uv"))
            env.update(UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1", UV_NO_CONFIG="1")
            env.setdefault("UV_SYSTEM_CERTS", "1")
            for variable in PATIENCE:
                env.setdefault(variable, PATIENCE_SECONDS)
            configured = pip_settings()
            for option, variable in PIP_TO_UV.items():
                if option in configured:
                    env.setdefault(variable, configured[option])
            if "cert" in configured:
                env.setdefault("SSL_CERT_FILE", configured["cert"])
            elif find_bundle():
                env.setdefault("PIP_CERT", str(find_bundle()))
            self._env = env
        return self._env


def _python_tag() -> str:
    return f"{sys.implementation.name}-{'.'.join(map(str, sys.version_info[:3]))}"


def pip_settings() -> dict[str, str]:
    """pip's settings, whether from its files or its variables, by option name.

    Asked of the Python below this one: our own environments are without pip.
    """
    command = [getattr(sys, "_base_executable", sys.executable), "-m", "pip", "config", "list"]
    listing = subprocess.run(
        command, env=chosen(os.environ), capture_output=True, text=True, check=False
    ).stdout
    pairs = [line.split("=", 1) for line in listing.splitlines() if "=" in line]
    # 'global.index-url', 'install.index-url' and ':env:.index-url' name the same option, in the order of the
    # alphabet; for pip the last of these three wins.
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for name, value in pairs:
            if name.startswith(f"{section}."):
                found[name.rsplit(".", 1)[-1].strip()] = " ".join(value.strip().strip("'\"").split())
    return found
