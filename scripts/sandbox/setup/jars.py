"""Fetches the jars with which Spark reads S3, by the Ivy that lies in the pyspark wheel, and checks them."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.setup.java import find_java
from sandbox.setup.report import Report, SetupError
from sandbox.setup.truststore import PASSWORD, find_bundle, write_truststore


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


def fetch_jars(home: Path, locks: Path, report: Report) -> str:
    """Fill `home/jars`; returns what was done. SetupError when Java is missing or a checksum is wrong."""
    sums, folder, work = locks / "spark_jars.sha256", home / "jars", home / "run" / "jars"
    java = find_java(home)
    ivy = next(home.glob("envs/glue/lib/python3*/site-packages/pyspark/jars/ivy-*.jar"), None)
    if java is None or ivy is None:
        raise SetupError(
            f"expected Java 17 and Ivy to fetch Spark's jars, found java={java} ivy={ivy}", "make doctor"
        )
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    command = [str(java / "bin" / "java"), *_network_options(home), "-jar", str(ivy)]
    command += [
        "-cache",
        str(home / "cache" / "ivy"),
        "-ivy",
        str(locks / "spark_jars_ivy.xml"),
        "-types",
        "jar",
    ]
    if os.environ.get("IVY_SETTINGS"):  # a mirror of Maven Central, for networks that have no other way out
        command += ["-settings", os.environ["IVY_SETTINGS"]]
    report.run([*command, "-retrieve", f"{work}/[artifact]-[revision].[ext]"], env=os.environ)
    for name, wanted in expected_jars(sums).items():
        found = (
            hashlib.sha256((work / name).read_bytes()).hexdigest() if (work / name).is_file() else "no file"
        )
        if found != wanted:
            shutil.rmtree(home / "cache" / "ivy", ignore_errors=True)
            raise SetupError(f"expected {name} with sha256 {wanted}, found {found}", "repeat the command")
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    (folder / ".checked").write_text(sums.read_text())
    return f"{len(expected_jars(sums))} jars, checksums right"


def _network_options(home: Path) -> list[str]:
    """Proxy and certificate authorities as Java options: it reads neither from the environment."""
    options = []
    for scheme in ("http", "https"):
        value = os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY") or ""
        proxy = urlsplit(value if "://" in value else f"http://{value}")
        if proxy.hostname:
            options += [f"-D{scheme}.proxyHost={proxy.hostname}", f"-D{scheme}.proxyPort={proxy.port or 80}"]
    bundle = find_bundle()
    if bundle:
        store = home / "cache" / "truststore.jks"
        store.parent.mkdir(parents=True, exist_ok=True)
        if write_truststore(bundle, store):
            options += [
                f"-Djavax.net.ssl.trustStore={store}",
                f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
            ]
            options += ["-Djavax.net.ssl.trustStoreType=JKS"]
    return options
