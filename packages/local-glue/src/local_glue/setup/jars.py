"""Fetches the jars with which Spark reads S3, by the Ivy that lies in the pyspark wheel, and checks them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from local_glue.setup.environments import LOCKS
from local_glue.setup.java import find_java
from local_glue.setup.report import Report, SetupError
from local_glue.setup.truststore import PASSWORD, find_bundle, write_truststore

SUMS = "spark_jars.sha256"  # of the jars, in LOCKS
IVY_SETTINGS = "IVY_SETTINGS"  # a mirror of Maven Central, for networks that have no other way out


def expected_jars(sums: Path) -> dict[str, str]:
    """File name -> sha256, from a file in the format of `sha256sum`."""
    lines = (line.split() for line in sums.read_text(encoding="utf-8").splitlines() if line.strip())
    return {name.lstrip("*"): digest for digest, name in lines}


def jars_ready(folder: Path, sums: Path) -> bool:
    """True when every jar is there; the stamp is written after their content was checked."""
    stamp = folder / ".checked"
    return (
        stamp.is_file()
        and stamp.read_text() == sums.read_text()
        and all((folder / name).is_file() for name in expected_jars(sums))
    )


def fetch_jars(home: Path, report: Report) -> str:
    """Fill `home/jars`; return what was done.

    Raises:
        SetupError: Java is missing, or a checksum is wrong.
    """
    sums, folder, work = LOCKS / SUMS, home / "jars", home / "run" / "jars"
    java = find_java(home)
    ivy = next(home.glob("envs/glue/lib/python3*/site-packages/pyspark/jars/ivy-*.jar"), None)
    if java is None or ivy is None:
        raise SetupError(
            f"expected Java 17 and Ivy to fetch Spark's jars, found java={java} ivy={ivy}",
            "repeat the command",
        )

    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    authorities = truststore_options(home / "cache" / "truststore.jks")
    command = [str(java / "bin" / "java"), *authorities, "-jar", str(ivy)]
    command += [
        "-cache",
        str(home / "cache" / "ivy"),
        "-ivy",
        str(LOCKS / "spark_jars_ivy.xml"),
        "-types",
        "jar",
    ]
    if os.environ.get(IVY_SETTINGS):
        command += ["-settings", os.environ[IVY_SETTINGS]]

    with proxy_environment(os.environ, work) as env:
        report.run([*command, "-retrieve", f"{work}/[artifact]-[revision].[ext]"], env=env)

    if wrong := wrong_jar(work, expected_jars(sums)):
        shutil.rmtree(home / "cache" / "ivy", ignore_errors=True)
        raise SetupError(wrong, "repeat the command")

    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    (folder / ".checked").write_text(sums.read_text())
    return f"{len(expected_jars(sums))} jars, checksums right"


def wrong_jar(folder: Path, expected: Mapping[str, str]) -> str | None:
    """Return what is wrong with the first jar that is not there as expected; None when all are right."""
    for name, wanted in expected.items():
        file = folder / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "no file"
        if found != wanted:
            return f"expected {name} with sha256 {wanted}, found {found}"
    return None


@contextmanager
def proxy_environment(environ: Mapping[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """The environment with which Java finds the proxy; a file for Java's eyes is removed afterwards.

    Java reads no proxy from the environment, but options from JDK_JAVA_OPTIONS and from a file named there.
    It prints JDK_JAVA_OPTIONS, and arguments are there for every user to see: a password is in neither.
    """
    options = proxy_options(environ)
    if not options:
        yield dict(environ)
        return
    file = folder / "proxy.options"
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as text:
        text.write(argument_file(options))
    before = environ.get("JDK_JAVA_OPTIONS", "")
    try:
        yield {**environ, "JDK_JAVA_OPTIONS": f"{before} {_quoted(f'@{file}')}".strip()}
    finally:
        file.unlink()


def proxy_options(environ: Mapping[str, str]) -> list[str]:
    """HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY as Java's properties."""
    options, login = [], None
    for scheme in ("https", "http"):
        names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
        value = next((environ[name] for name in names if environ.get(name)), "")
        proxy = urlsplit(value if "://" in value else f"http://{value}")
        if not proxy.hostname:
            continue
        options += [f"-D{scheme}.proxyHost={proxy.hostname}", f"-D{scheme}.proxyPort={proxy.port or 80}"]
        login = login or (proxy if proxy.username else None)

    if login:  # Ivy reads these two names, whatever the scheme of the request
        options.append(f"-Dhttp.proxyUser={unquote(login.username or '')}")
        options.append(f"-Dhttp.proxyPassword={unquote(login.password or '')}")
        # Java by itself refuses to send a password to a proxy that tunnels HTTPS.
        options.append("-Djdk.http.auth.tunneling.disabledSchemes=")

    excepted = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = [
        f"*{host}" if host.startswith(".") else host for host in excepted.replace(" ", "").split(",") if host
    ]
    if options and hosts:
        options.append(f"-Dhttp.nonProxyHosts={'|'.join(hosts)}")
    return options


def argument_file(options: list[str]) -> str:
    """Options as the `java` command reads them from a file named by `@`."""
    return "".join(f"{_quoted(option)}\n" for option in options)


def _quoted(option: str) -> str:
    """An argument as the `java` command reads it in a file of arguments."""
    return '"' + option.replace("\\", "\\\\").replace('"', '\\"') + '"'


def truststore_options(store: Path) -> list[str]:
    """Certificate authorities of this machine as Java's options, by a file that is written."""
    bundle = find_bundle()
    store.parent.mkdir(parents=True, exist_ok=True)
    if not bundle or not write_truststore(bundle, store):
        return []
    return [
        f"-Djavax.net.ssl.trustStore={store}",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
        "-Djavax.net.ssl.trustStoreType=JKS",
    ]
