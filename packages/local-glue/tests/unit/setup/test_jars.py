"""Spark's jars: named once with their checksums, and fetched through the user's proxy."""

from __future__ import annotations

from pathlib import Path

from local_glue.setup.environments import LOCKS
from local_glue.setup.jars import SUMS, expected_jars, jars_ready, proxy_environment, proxy_options


def test_jars_are_ready_only_with_today_s_checksums(tmp_path: Path) -> None:
    sums = LOCKS / SUMS
    assert not jars_ready(tmp_path, sums)
    for name in expected_jars(sums):
        (tmp_path / name).touch()
    assert not jars_ready(tmp_path, sums), "present is not checked"
    (tmp_path / ".checked").write_text(sums.read_text())
    assert jars_ready(tmp_path, sums)
    next(tmp_path.glob("*.jar")).unlink()
    assert not jars_ready(tmp_path, sums)


def test_the_ten_jars_of_the_ivy_file_are_the_ones_with_checksums() -> None:
    ivy = (LOCKS / "spark_jars_ivy.xml").read_text()
    jars = expected_jars(LOCKS / SUMS)
    assert len(jars) == ivy.count("<dependency ") == 10
    assert all(f'name="{name.rsplit("-", 1)[0]}"' in ivy for name in jars)


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
