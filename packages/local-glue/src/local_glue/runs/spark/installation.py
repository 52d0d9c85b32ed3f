"""The Spark that runs jobs: one that is given the jars for S3, or one that reads S3 by itself.

The first is `pyspark` from PyPI with GLUE_SPARK_JARS. The second is that of an image such as Amazon's
aws-glue-libs: spark-defaults.conf and spark-env.sh in its configuration folder say what it loads and how
it reads S3. They stay in force, below the settings that every run gets.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from local_glue.hints import hint
from local_glue.runs.files import LaunchError
from local_glue.settings import Settings

_ENTRY = re.compile(r"(spark\.[^\s=:]+)\s*[=:]?\s*(.*)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_HADOOP = re.compile(r"^hadoop-(?:client-api|common)-(\d+)\.(\d+)")
_FIRST_WITH_SDK_2 = (3, 4)
_SECONDS = 30.0
CLASS_PATHS = ("spark.driver.extraClassPath", "spark.executor.extraClassPath")


@dataclass(frozen=True)
class Installation:
    """Where Spark is, the jars it is given beside its own, and the settings that are its own."""

    home: Path
    jars: Path | None
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def python_path(self) -> list[str]:
        """What makes `import pyspark` work in a Python that has no such package of its own."""
        python = self.home / "python"
        if not (python / "pyspark" / "__init__.py").exists():
            return []
        return [str(python), *map(str, (python / "lib").glob("py4j-*.zip"))]

    @property
    def has_aws_sdk_2(self) -> bool:
        """Whether S3A is that of Hadoop 3.4 or later, which speaks to S3 by version 2 of AWS's SDK."""
        versions = (_HADOOP.search(jar.name) for jar in (self.home / "jars").glob("hadoop-*.jar"))
        return any((int(found[1]), int(found[2])) >= _FIRST_WITH_SDK_2 for found in versions if found)

    def holds(self, pattern: str) -> bool:
        """Return whether a jar of that name is on the class path."""
        entries = [f"{self.home}/jars/*", *([f"{self.jars}/*"] if self.jars else [])]
        for listed in (*(self.defaults.get(name, "") for name in CLASS_PATHS), self._class_path_of_script()):
            entries += listed.split(os.pathsep)
        return any(_matches(Path(entry), pattern) for entry in entries if entry)

    def _class_path_of_script(self) -> str:
        return "" if self.jars else _class_path_of_script(self.home)


def find_installation(settings: Settings) -> Installation:
    """Return the installation that the settings name.

    Raises:
        LaunchError: Spark or a jar is missing; says what to set up.
    """
    home, jars = settings.spark_home, settings.spark_jars
    if not home or not (home / "bin" / "spark-submit").exists():
        raise LaunchError(f"GLUE_SPARK_HOME holds no Spark: {home}. Run {hint('set_up')}.")
    if not jars:
        return Installation(home, None, _read_defaults(home / "conf" / "spark-defaults.conf"))
    if not any(jars.glob("hadoop-aws-*.jar")):
        raise LaunchError(f"GLUE_SPARK_JARS holds no hadoop-aws: {jars}. Run {hint('set_up')}.")
    return Installation(home, jars)


def parse_defaults(text: str) -> dict[str, str]:
    """Read a properties file of Java as Spark does; what doesn't start with `spark.` is not Spark's."""
    joined = re.sub(r"(?<!\\)((?:\\\\)*)\\\n[ \t]*", r"\1", text)
    found = (_ENTRY.fullmatch(line.strip()) for line in joined.splitlines())
    return {entry[1]: _unescape(entry[2]) for entry in found if entry}


def _read_defaults(file: Path) -> dict[str, str]:
    return parse_defaults(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), value)


def _matches(entry: Path, pattern: str) -> bool:
    return any(entry.parent.glob(pattern)) if entry.name == "*" else entry.match(pattern) and entry.exists()


@lru_cache
def _class_path_of_script(home: Path) -> str:
    """Ask spark-env.sh, as spark-submit does, what it adds to the class path."""
    script = 'source "$SPARK_HOME/bin/load-spark-env.sh" >&2 && printf %s "${SPARK_DIST_CLASSPATH:-}"'
    try:
        done = subprocess.run(
            ["bash", "-c", script],
            env={"PATH": os.environ.get("PATH", os.defpath), "SPARK_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise LaunchError(f"spark-env.sh of {home}/conf did not end within {_SECONDS:.0f} s") from error

    if done.returncode:
        raise LaunchError(f"spark-env.sh of {home}/conf fails: {done.stderr.strip()}")
    return done.stdout
