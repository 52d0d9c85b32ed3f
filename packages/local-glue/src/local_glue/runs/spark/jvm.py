"""How a driver JVM is started: its options, its logging, and the archive that spares it loading classes.

The archive (Java's AppCDS) holds the classes that the warm-up loads, as the JVM wants them. It is good for
one Java, one class path, one set of jars and one warm-up; the file's name stands for these, and Java itself
refuses it for others. What Java does not notice is that one ends too soon: it crashes where it reads on. So
the name holds its size, too.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from local_glue.runs.files import RunFolder
from local_glue.runs.spark.installation import Installation
from local_glue.settings import Settings

# Compiling with C1 only halves the start of a job, which is most of a small one.
# A long job wants the full compiler: `--conf spark.driver.extraJavaOptions=…` replaces these.
_COMPILER = "-XX:TieredStopAtLevel=1"
# A driver that waits gives back what its warm-up needed, and grows again while its run needs it: by itself
# Java keeps a 64th of the machine's memory, 200 MB of it unused. Of the collectors that give back, this one
# grows without a halt. Its marking in the background, begun when a heap is half full, serves big ones only.
_HEAP = (
    "-XX:+UseG1GC -XX:ParallelGCThreads=2 -XX:ConcGCThreads=1"
    " -XX:InitialHeapSize=96m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20"
    " -XX:-G1UseAdaptiveIHOP -XX:InitiatingHeapOccupancyPercent=90"
)
# Nor does it keep what its compiler had of the system; not every Java 17 knows how.
_TRIM = "-XX:+IgnoreUnrecognizedVMOptions -XX:TrimNativeHeapInterval=60000"
_OPTIONS = f"{_COMPILER} {_HEAP} {_TRIM} -Xshare:auto"
# An archive holds what these have made a JVM load.
_WARM_UP = sorted(Path(__file__).with_name("drivers").glob("warm_up*.py"))
# What Java has to say about archives would go to stdout, which is the script's.
_NO_WORD = "-Xlog:disable -Xlog:all=error:stderr"
_LOG4J = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex
# A laptop has no native Hadoop library and no fixed address; neither matters here.
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.utils.name = org.apache.spark.util.Utils
logger.utils.level = error
logger.metrics.name = org.apache.hadoop.metrics2
logger.metrics.level = error
"""


def java_options(settings: Settings, installation: Installation, folder: RunFolder) -> str:
    """Return the options of a driver JVM, as Spark's properties take them."""
    log4j = folder.make("conf") / "log4j2.properties"
    log4j.write_text(_LOG4J)
    # Java takes a home from the user's entry in the password file: there lies ~/.aws.
    own_folders = f'"-Djava.io.tmpdir={folder.make("tmp")}" "-Duser.home={folder.make("home")}"'
    options = f'{own_folders} "-Dlog4j2.configurationFile={log4j}"'
    if not installation.jars:
        # Nor another collector: two of them are one too many for Java.
        own = installation.defaults.get("spark.driver.extraJavaOptions", "")
        return f"{own} {_COMPILER} {options}".strip()
    options = f"{_OPTIONS} {options}"
    archive = find_archive(settings)
    return f'{options} {_NO_WORD} "-XX:SharedArchiveFile={archive}"' if archive else options


def archiving_options(draft: Path) -> str:
    """Return what makes a JVM write an archive when it ends; Spark puts it before all other options."""
    return f'{_NO_WORD} "-XX:ArchiveClassesAtExit={draft}"'


def lacks_archive(settings: Settings) -> bool:
    """Return whether one can be made and is not there.

    For a Spark with a class path of its own there is none: that may hold folders, which Java refuses.
    """
    return settings.spark_jars is not None and find_archive(settings) is None


def find_archive(settings: Settings) -> Path | None:
    """Return the archive for this Java and these jars; None where there is none that is whole."""
    with suppress(FileNotFoundError):  # another service has just replaced it by its own
        for archive in sorted(settings.cache_dir.glob(f"{_name(settings)}-*.jsa")):
            if archive.stem.endswith(f"-{archive.stat().st_size}"):
                return archive
    return None


def draft_path(settings: Settings) -> Path:
    """Return where a JVM of this service is to write its archive, until that is complete."""
    return settings.cache_dir / f"{_name(settings)}.{os.getpid()}"


def keep_archive(settings: Settings, draft: Path) -> list[Path]:
    """Keep what a JVM wrote as the archive of this Java and these jars, for its owner only.

    Return what was removed: archives of a former Java or former jars in the same places, and damaged ones.
    """
    draft.chmod(0o600)
    with draft.open("rb") as written:
        os.fsync(written.fileno())  # or after a power cut the name stands for what is not on the disk

    name = _name(settings)
    archive = draft.replace(settings.cache_dir / f"{name}-{draft.stat().st_size}.jsa")
    where = name.rpartition("-")[0]
    outdated = [other for other in sorted(archive.parent.glob(f"{where}-*.jsa")) if other != archive]
    for other in outdated:
        other.unlink(missing_ok=True)
    return outdated


def conf_dir(settings: Settings) -> Path:
    """Return the empty folder for SPARK_CONF_DIR; a class path with files in folders can't be archived."""
    folder = settings.cache_dir / "no-spark-conf"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _name(settings: Settings) -> str:
    """Return what an archive's name begins with: where Java and the jars lie, then what lies there."""
    java = settings.java_home / "bin" / "java" if settings.java_home else Path(shutil.which("java") or "java")
    folders = [settings.spark_home / "jars" if settings.spark_home else None, settings.spark_jars]
    jars = [jar for folder in folders if folder for jar in sorted(folder.glob("*.jar"))]
    where = _digest(map(str, (java, *folders, conf_dir(settings))))
    warm_up = [file.read_text("utf-8") for file in _WARM_UP]
    return f"driver-{where}-{_digest([*_facts([java.resolve(), *jars]), _OPTIONS, *warm_up])}"


def _facts(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        if file.exists():
            seen = file.stat()
            yield f"{file} {seen.st_size} {seen.st_mtime_ns}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
