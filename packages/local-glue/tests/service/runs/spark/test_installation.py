"""A Spark that reads S3 by itself, as in Glue's own image: its configuration stays in force."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from glue_service.servers import ENVS, HOME
from glue_service.service import GlueService
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver

from local_glue.runs.files import LaunchError, RunFolder
from local_glue.runs.spark.awsglue_path import awsglue_path
from local_glue.runs.spark.installation import find_installation, parse_defaults
from local_glue.runs.spark.jvm import lacks_archive
from local_glue.runs.spark.plan import plan_driver
from local_glue.runs.spark.properties import run_properties
from local_glue.settings import Settings, read_settings

SPARK = next(ENVS.glob("glue/lib/python3*/site-packages/pyspark"))
DEFAULTS = """\
# what an image brings
spark.driver.extraClassPath   JARS/*
spark.executor.extraClassPath=JARS/*
spark.driver.extraJavaOptions -XX:+UseParallelGC -Dfrom.image=yes
spark.from.image              kept
spark.sql.session.timeZone    Asia/Tokyo
spark.eventLog.enabled        true
spark.eventLog.dir            file:/no/such/folder
"""
SCRIPT = """
import json
from pyspark.sql import SparkSession
import awsglue.context
spark = SparkSession.builder.getOrCreate()
spark.range(3).write.mode("overwrite").json("s3://BUCKET/own-installation/")
java = spark.sparkContext._jvm.java.lang.System
print(json.dumps({
    "rows": spark.read.json("s3://BUCKET/own-installation/").count(),
    "image": [spark.conf.get("spark.from.image"), java.getProperty("from.image"), java.getenv("FROM_IMAGE")],
    "zone": spark.conf.get("spark.sql.session.timeZone"),
    "shim": "awsglue_shim" in awsglue.context.__file__,
}))
""".replace("BUCKET", "glue-service-tests")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """SPARK_HOME with a configuration folder of its own."""
    home = tmp_path / "spark"
    home.mkdir()
    for part in ("bin", "jars", "python"):
        (home / part).symlink_to(SPARK / part)
    (home / "conf").mkdir()
    (home / "conf" / "spark-defaults.conf").write_text(DEFAULTS.replace("JARS", str(HOME / "jars")))
    (home / "conf" / "spark-env.sh").write_text("FROM_IMAGE=yes\nSPARK_DIST_CLASSPATH=/opt/none/*\n")
    return home


def test_its_class_path_and_settings_are_kept_below_those_of_the_run(
    own_service: Callable[..., GlueService], image: Path
) -> None:
    service = own_service(GLUE_SPARK_HOME=str(image), GLUE_SPARK_JARS="", GLUE_WARM_DRIVERS="1")
    job = service.job(SCRIPT, command="glueetl", GlueVersion="5.1")
    cold = service.finish(job, Arguments={"--conf": "spark.driver.memory=700m"})
    wait_for_a_warm_driver(service)
    warm = service.finish(job)
    assert service.lines(warm, "error")[1] == WARM
    for run in (cold, warm):
        assert run["JobRunState"] == "SUCCEEDED", (run["ErrorMessage"], service.lines(run, "error"))
        assert json.loads(service.lines(run)[-1]) == {
            "rows": 3,
            "image": ["kept", "yes", "yes"],
            "zone": "UTC",
            "shim": True,
        }


def settings_of(tmp_path: Path, home: Path, jars: str = "") -> Settings:
    names = {"GLUE_STATE_DIR": tmp_path / "state", "GLUE_JOB_PYTHON": ENVS / "glue/bin/python"}
    names["GLUE_SPARK_HOME"] = home
    return read_settings({name: str(value) for name, value in names.items()} | {"GLUE_SPARK_JARS": jars})


def test_spark_finds_its_own_configuration_and_needs_no_class_archive(tmp_path: Path, image: Path) -> None:
    for jars, is_own in (("", True), (str(HOME / "jars"), False)):
        settings = settings_of(tmp_path, image, jars)
        plan = plan_driver(settings, RunFolder(tmp_path / f"run-{is_own}"), {}, tmp_path / "connection")
        assert ("SPARK_CONF_DIR" not in plan.env) == is_own
        written = parse_defaults(Path(plan.argv[2]).read_text())
        assert ("spark.from.image" in written) == is_own
        assert ("+UseParallelGC" in written["spark.driver.extraJavaOptions"]) == is_own
        assert ("+UseG1GC" not in written["spark.driver.extraJavaOptions"]) == is_own
        assert lacks_archive(settings) != is_own


@pytest.mark.parametrize("found_in", ["jars beside Spark", "spark-defaults.conf", "spark-env.sh"])
def test_where_glues_jars_are_awsglue_is_glues_own(tmp_path: Path, image: Path, found_in: str) -> None:
    folder = tmp_path / "glue jars"
    folder.mkdir()
    (folder / "hadoop-aws-3.3.4.jar").touch()
    jars = ""
    if found_in == "spark-env.sh":
        (image / "conf" / "spark-env.sh").write_text(f'export SPARK_DIST_CLASSPATH="{folder}/*"\n')
    elif found_in == "spark-defaults.conf":
        (image / "conf" / "spark-defaults.conf").write_text(f"spark.driver.extraClassPath /x.jar:{folder}/*")
    else:
        jars = str(folder)
    installation = find_installation(settings_of(tmp_path, image, jars))
    shim = awsglue_path(installation)
    assert [Path(part, "awsglue", "context.py").is_file() for part in shim] == [True]
    (folder / "AWSGlueETL-5.1.0.jar").touch()
    assert awsglue_path(installation) == []


@pytest.mark.parametrize("jars", ["", str(HOME / "jars")])
def test_a_jobs_own_jars_come_last_unless_user_jars_first(tmp_path: Path, image: Path, jars: str) -> None:
    settings = settings_of(tmp_path, image, jars)
    installation = find_installation(settings)

    def class_path(arguments: dict[str, str]) -> list[str]:
        folder = RunFolder(tmp_path / "run")
        found = run_properties(settings, installation, folder, {}, [Path("/mine.jar")], arguments)
        assert found["spark.driver.extraClassPath"] == found["spark.executor.extraClassPath"]
        return found["spark.driver.extraClassPath"].split(os.pathsep)

    others = f"{HOME}/jars/*"
    assert class_path({}) == class_path({"--user-jars-first": "false"}) == [others, "/mine.jar"]
    assert class_path({"--user-jars-first": "true"}) == ["/mine.jar", others]


def test_a_spark_env_that_fails_is_named(tmp_path: Path, image: Path) -> None:
    (image / "conf" / "spark-env.sh").write_text("echo it broke >&2; exit 3\n")
    with pytest.raises(LaunchError, match="conf fails: it broke"):
        awsglue_path(find_installation(settings_of(tmp_path, image)))


def test_a_spark_env_that_does_not_end_is_named(
    tmp_path: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_glue.runs.spark.installation._SECONDS", 0.1)
    (image / "conf" / "spark-env.sh").write_text("exec sleep 60\n")
    with pytest.raises(LaunchError, match="conf did not end within"):
        awsglue_path(find_installation(settings_of(tmp_path, image)))


@pytest.mark.parametrize(
    ("jar", "package"),
    [
        ("hadoop-client-api-3.3.4.jar", "com.amazonaws.auth.SystemPropertiesC"),
        ("hadoop-client-api-3.4.1-amzn-0.jar", "software.amazon.awssdk.auth.credentials.SystemPropertyC"),
        ("hadoop-common-3.4.0.jar", "software.amazon.awssdk.auth.credentials.SystemPropertyC"),
    ],
)
def test_credentials_are_asked_of_the_sdk_that_is_there(
    tmp_path: Path, image: Path, jar: str, package: str
) -> None:
    (image / "jars").unlink()
    (image / "jars").mkdir()
    (image / "jars" / jar).touch()
    settings = settings_of(tmp_path, image)
    plan = plan_driver(settings, RunFolder(tmp_path / "run"), {}, tmp_path / "connection")
    written = parse_defaults(Path(plan.argv[2]).read_text())
    assert written["spark.hadoop.fs.s3a.aws.credentials.provider"].startswith(package)


def test_a_python_without_pyspark_gets_that_of_spark(tmp_path: Path, image: Path) -> None:
    assert find_installation(settings_of(tmp_path, image)).python_path == []
    (image / "python").unlink()
    (image / "python" / "pyspark").mkdir(parents=True)
    (image / "python" / "lib").mkdir()
    for file in ("pyspark/__init__.py", "lib/py4j-0.10.9.7-src.zip"):
        (image / "python" / file).touch()
    found = find_installation(settings_of(tmp_path, image)).python_path
    assert found == [str(image / "python"), str(image / "python/lib/py4j-0.10.9.7-src.zip")]


def test_defaults_are_read_as_java_reads_properties() -> None:
    text = (
        "# spark.no 1\n"
        "spark.a 1\n"
        "  spark.b=two words \n"
        "spark.c : C:\\\\x\\ty\n"
        "spark.d one,\\\n    two\n"
        "spark.e\n"
        "other 1\n"
        "spark.a = 2"
    )
    assert parse_defaults(text) == {
        "spark.a": "2",
        "spark.b": "two words",
        "spark.c": "C:\\x\ty",
        "spark.d": "one,two",
        "spark.e": "",
    }
