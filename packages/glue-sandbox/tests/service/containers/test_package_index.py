"""`--additional-python-modules` in a container come from the user's own index, with its authority."""

from __future__ import annotations

import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from checkout import ROOT
from container_support.containers import mount, run_once
from container_support.servers import bridge_address, self_signed, serving

from glue_sandbox.containers.env_files import MOUNTED_AUTHORITIES, prepare
from glue_sandbox.images.selection import choose
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.settings import Settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
WHEEL = "sandbox_probe-1.0-py3-none-any.whl"


def index_in(folder: Path) -> Path:
    """An index of one package with one module."""
    pages = folder / "simple" / "sandbox-probe"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(f'<!doctype html><a href="{WHEEL}">{WHEEL}</a>')
    info = "sandbox_probe-1.0.dist-info"
    with zipfile.ZipFile(pages / WHEEL, "w") as wheel:
        wheel.writestr("sandbox_probe.py", "WORD = 'from the index of its own'\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: sandbox-probe\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return folder


def test_a_jobs_modules_come_from_the_users_index_with_its_own_authority(
    settings: Settings, names: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = bridge_address()
    certificate = self_signed(tmp_path, bridge, "20200101000000Z", "20491231000000Z")
    pages = partial(SimpleHTTPRequestHandler, directory=str(index_in(tmp_path / "pages")))
    with serving(pages, bridge, certificate) as host:
        monkeypatch.setenv("PIP_INDEX_URL", f"https://{host}/simple")
        monkeypatch.setenv("PIP_CERT", str(certificate))
        prepare(settings, choose(settings).names)
        folder = settings.state / "compose"
        variables = read_env_file(folder / "glue.env") | read_env_file(folder / "packages.env")
        plain = {name: value.strip("'") for name, value in variables.items()}
        options = [word for name, value in plain.items() for word in ("--env", f"{name}={value}")]
        options += mount(folder / "authorities.pem", MOUNTED_AUTHORITIES)
        options += mount(
            ROOT / "packages/local-glue/src/local_glue/runs/modules/install_modules.py",
            "/opt/install_modules.py",
        )
        script = (
            """echo '["sandbox-probe"]' >/tmp/arguments;"""
            "env -u PYTHONPATH python3.11 /opt/install_modules.py /tmp/modules /tmp/arguments >&2;"
            "/tmp/modules/bin/python -c 'import sandbox_probe; print(sandbox_probe.WORD)'"
        )
        printed = run_once(names["GLUE_SERVICE_IMAGE"], "-ec", script, options=options)
    assert printed.splitlines()[-1] == "from the index of its own"
