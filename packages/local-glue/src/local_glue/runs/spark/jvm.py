"""How a driver JVM is started: its options, its logging, and the archive that spares it loading classes.

The archive (Java's AppCDS) holds Spark's classes as the JVM wants them. It is good for one Java, one class
path and one set of jars; the file's name stands for these, and Java itself refuses it for others.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from local_glue.runs.files import RunFolder
from local_glue.runs.spark.installation import Installation
from local_glue.settings import Settings

# Compiling with C1 only and one collector thread halves the start of a job, which is most of a small one.
# A long job wants the full compiler: `--conf spark.driver.extraJavaOptions=…` replaces these.
_COMPILER = "-XX:TieredStopAtLevel=1"
_OPTIONS = f"{_COMPILER} -XX:+UseSerialGC -Xshare:auto"
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
    archive = archive_path(settings)
    return f'{options} {_NO_WORD} "-XX:SharedArchiveFile={archive}"' if archive.exists() else options


def archiving_options(draft: Path) -> str:
    """Return what makes a JVM write an archive when it ends; Spark puts it before all other options."""
    return f'{_NO_WORD} "-XX:ArchiveClassesAtExit={draft}"'


def lacks_archive(settings: Settings) -> bool:
    """Return whether one can be made and is not there.

    For a Spark with a class path of its own there is none: that may hold folders, which Java refuses.
    """
    return settings.spark_jars is not None and not archive_path(settings).exists()


def archive_path(settings: Settings) -> Path:
    """Return where the archive for this Java and these jars is, or would be.

    The name says where they lie, then what lies there: after an update of them, it is another.
    """
    java = settings.java_home / "bin" / "java" if settings.java_home else Path(shutil.which("java") or "java")
    folders = [settings.spark_home / "jars" if settings.spark_home else None, settings.spark_jars]
    jars = [jar for folder in folders if folder for jar in sorted(folder.glob("*.jar"))]
    where = _digest(map(str, (java, *folders, conf_dir(settings))))
    return settings.cache_dir / f"driver-{where}-{_digest([*_facts([java.resolve(), *jars]), _OPTIONS])}.jsa"


def remove_outdated(archive: Path) -> list[Path]:
    """Remove what was made for a former Java or former jars in the same places; return what that was."""
    where = archive.name.rpartition("-")[0]
    outdated = [other for other in archive.parent.glob(f"{where}-*.jsa") if other != archive]
    for other in outdated:
        other.unlink(missing_ok=True)
    return outdated


def conf_dir(settings: Settings) -> Path:
    """Return the empty folder for SPARK_CONF_DIR; a class path with files in folders can't be archived."""
    folder = settings.cache_dir / "no-spark-conf"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _facts(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        if file.exists():
            seen = file.stat()
            yield f"{file} {seen.st_size} {seen.st_mtime_ns}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
