"""Jars that Glue has built in and few jobs need: fetched from Maven Central when a run first asks for them.

Table formats are large, and drivers of databases have licences of their own. What is fetched is checked, and
kept for all runs of all services that share the cache. `setup/locks/glue_jars.txt` is the list.
"""

import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local_glue.runs.files import LaunchError
from local_glue.runs.process.helpers import alone, run_to_end
from local_glue.runs.process.process import LaunchPlan, Process
from local_glue.settings import Settings
from local_glue.setup.environments import LOCKS
from local_glue.setup.jars import IVY_SETTINGS, proxy_environment, truststore_options, wrong_jar
from local_glue.setup.report import chosen

_LOCK = LOCKS / "glue_jars.txt"
_MEGABYTE = 1_000_000
_FAILED = ("not found", "server access error", "download failed", "exception")


@dataclass(frozen=True)
class Jar:
    """One jar of the lock."""

    organisation: str
    name: str
    version: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        """What it is called on disk."""
        return f"{self.name}-{self.version}.jar"


@dataclass(frozen=True)
class Waiting:
    """Who waits for jars: `tell` takes a line for it, `check` raises when it waits no more."""

    tell: Callable[[str], None]
    check: Callable[[], None]


@cache
def locked() -> dict[str, tuple[Jar, ...]]:
    """Return the jars of each table format and each kind of database."""
    found: defaultdict[str, list[Jar]] = defaultdict(list)
    for line in _LOCK.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            what, coordinates, size, sha256 = line.split()
            organisation, name, version = coordinates.split(":")
            found[what].append(Jar(organisation, name, version, int(size), sha256))
    return {what: tuple(jars) for what, jars in found.items()}


def built_in_jars(what: str, settings: Settings, waiting: Waiting) -> list[Path]:
    """Return the jars of a table format or a kind of database: fetched now, or by a run before.

    Raises:
        LaunchError: they can't be fetched, or one has another content.
    """
    jars = locked()[what]
    digest = hashlib.sha256("".join(jar.sha256 for jar in jars).encode()).hexdigest()
    folder = settings.cache_dir / "glue-jars" / f"{what}-{digest[:16]}"
    with alone(str(folder), waiting.check):
        if not folder.is_dir():
            _fetch(what, folder, settings, waiting)
    return [folder / jar.file for jar in jars]


def _fetch(what: str, folder: Path, settings: Settings, waiting: Waiting) -> None:
    jars = locked()[what]
    names = ", ".join(jar.file for jar in jars)
    size = max(1, round(sum(jar.size for jar in jars) / _MEGABYTE))
    waiting.tell(f"local Glue: what Glue has built in is fetched once for this sandbox: {names} ({size} MB)")

    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{what}-", dir=folder.parent))
    try:
        fetched = work / "jars"
        process = _run_ivy(jars, work, fetched, settings, waiting)
        said = [*process.output_tail, *process.error_tail]
        wrong = _reason(said) if process.finish() else wrong_jar(fetched, {j.file: j.sha256 for j in jars})
        if wrong:
            raise LaunchError(
                f"LAUNCH ERROR | {names}, which Glue has built in, can't be fetched: {wrong}. Check "
                f"the network, HTTPS_PROXY or {IVY_SETTINGS}, and start the run again; or put the "
                "jars into S3 and name them in --extra-jars."
            )
        _keep(fetched, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run_ivy(jars: Iterable[Jar], work: Path, target: Path, settings: Settings, waiting: Waiting) -> Process:
    """Return Ivy, which comes with Spark, after it has brought the jars."""
    ivy = next((settings.spark_home or Path()).glob("jars/ivy-*.jar"), None)
    if ivy is None:
        raise LaunchError(f"GLUE_SPARK_HOME holds no Ivy to fetch jars with: {settings.spark_home}.")
    wanted = work / "ivy.xml"
    wanted.write_text(_ivy_file(jars), "utf-8")

    java = str(settings.java_home / "bin" / "java") if settings.java_home else "java"
    command = [java, *truststore_options(work / "truststore.jks"), "-jar", str(ivy), "-types", "jar"]
    command += ["-cache", str(work / "ivy"), "-ivy", str(wanted)]
    if os.environ.get(IVY_SETTINGS):
        command += ["-settings", os.environ[IVY_SETTINGS]]
    command += ["-retrieve", f"{target}/[artifact]-[revision].[ext]"]

    with proxy_environment(os.environ, work) as env:
        return run_to_end(LaunchPlan(command, chosen(env), work), waiting.check)


def _ivy_file(jars: Iterable[Jar]) -> str:
    dependencies = "".join(
        f'<dependency org="{jar.organisation}" name="{jar.name}" rev="{jar.version}" transitive="false"/>'
        for jar in jars
    )
    return (
        '<ivy-module version="2.0"><info organisation="local-glue" module="glue-jars"/>'
        f'<dependencies defaultconf="default">{dependencies}</dependencies></ivy-module>'
    )


def _reason(said: list[str]) -> str:
    """Return the line of Ivy's that says most."""
    telling = [line for line in said if any(words in line.lower() for words in _FAILED)]
    lines = [line.strip(" :\t") for line in (telling or said)]
    return next(filter(None, lines), "Ivy said nothing")


def _keep(fetched: Path, folder: Path) -> None:
    """Put the jars where they are looked for, unless another service has just done the same."""
    try:
        fetched.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
