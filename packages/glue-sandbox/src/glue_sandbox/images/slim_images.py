"""The slim images: what they are, whether they are here and current, and how all of them are built.

    make images            all of them, two at a time; what is built from the same content already is skipped
    make images IMAGE=glue

An image's content is its Dockerfile, the files it copies and its base; their hash is a label of the image.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from glue_sandbox.docker.compose import require_engine
from glue_sandbox.docker.engine import CONTENT_LABEL, Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.images.builder import Build, Builder
from glue_sandbox.images.debian_base import ensure_base
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.resources import COMPOSE, IMAGES_FILE, LOCAL_GLUE, LOCKS, SLIM_IMAGES_FILE
from glue_sandbox.settings import Settings
from local_glue.setup.report import Report

AT_ONCE = 2  # of two cores, one is unpacking while the other compiles
LOG = "logs/images"

SPARK_LOCKS = "local_glue/setup/locks/"
INSTALLER = ("compose/build/with-index", f"{SPARK_LOCKS}uv.txt", f"{SPARK_LOCKS}build.txt")
JARS = ("compose/build/fetch-jars", f"{SPARK_LOCKS}ivy_settings.xml")
# What of the local Glue service runs inside MiniStack.
IN_MINISTACK = (
    *("__init__", "hints", "api/__init__", "api/lean_models"),
    *("http/__init__", "http/bodies", "http/control_paths", "http/errors"),
    "http/origins",
    *("calls/__init__", "calls/operations", "calls/recorder"),
    *("emulators/__init__", "emulators/glue_client", "emulators/ministack_authorization"),
    *("emulators/ministack_conditions", "emulators/ministack_events", "emulators/ministack_journal"),
    *("emulators/ministack_keys", "emulators/ministack_main", "emulators/ministack_missing"),
    *("emulators/ministack_patterns", "emulators/ministack_provider", "emulators/rs256"),
)
BOOKWORM, TRIXIE = "DEBIAN_BOOKWORM_IMAGE", "DEBIAN_TRIXIE_IMAGE"


@dataclass(frozen=True)
class Image:
    """One folder below compose/; `files` are what its Dockerfile copies, beside the user's authorities.

    They are files of the tool (compose/, locks/) and of the local Glue service (local_glue/).
    """

    name: str
    variable: str
    base: str
    files: tuple[str, ...] = ()


# Slow ones first. The Glue service stands on the Glue image, and is built after it.
IMAGES = (
    Image(
        "localstack",
        "EMULATOR_IMAGE",
        TRIXIE,
        (
            *INSTALLER,
            *JARS,
            *("compose/localstack/NoAgent.java", "compose/localstack/install_dynamodb_local.py"),
            *("locks/localstack.txt", "locks/dynamodb_local_ivy.xml", "locks/dynamodb_local.sha256"),
        ),
    ),
    Image(
        "glue",
        "GLUE_IMAGE",
        BOOKWORM,
        (
            *INSTALLER,
            *JARS,
            *("compose/glue/conf/spark-defaults.conf", "compose/glue/spark.profile.sh"),
            *(f"{SPARK_LOCKS}{name}" for name in ("glue.txt", "spark_jars_ivy.xml", "spark_jars.sha256")),
        ),
    ),
    Image("glue-service", "GLUE_SERVICE_IMAGE", "GLUE_IMAGE", (INSTALLER[0], "locks/sandbox.txt")),
    Image(
        "airflow",
        "AIRFLOW_IMAGE",
        BOOKWORM,
        (*INSTALLER, "compose/airflow/entrypoint", "locks/airflow.txt"),
    ),
    Image(
        "ministack",
        "MINISTACK_IMAGE",
        BOOKWORM,
        (
            *INSTALLER,
            "locks/ministack.txt",
            *(f"local_glue/{part}.py" for part in IN_MINISTACK),
        ),
    ),
    Image("postgres", "POSTGRES_IMAGE", BOOKWORM, ("compose/postgres/docker-entrypoint.sh",)),
)
BY_NAME = {image.name: image for image in IMAGES}


def slim_names(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variable → name and tag: what is built here, and the Debian images it is built from."""
    published = read_env_file(IMAGES_FILE) | settings.project.images
    bases = {name: environ.get(name) or published[name] for name in (BOOKWORM, TRIXIE)}
    return bases | read_env_file(SLIM_IMAGES_FILE)


def build(settings: Settings, names: Sequence[str] | None = None, *, measured_as: str = "") -> dict[str, int]:
    """Build the slim images that are missing or not of today's content; tag → bytes of those asked for.

    With `measured_as`, all are built from nothing, under their names with this at the end.
    """
    images = [_named(name) for name in names] if names else list(IMAGES)
    report = _report(settings)
    engine = Engine()
    require_engine()
    tags = slim_names(settings)
    tags |= {image.variable: tags[image.variable] + measured_as for image in IMAGES}
    for variable in sorted({image.base for image in images if image.base in (BOOKWORM, TRIXIE)}):
        if not engine.exists(tags[variable]):
            report.step("debian", partial(ensure_base, engine, tags[variable], _suite(variable)))

    builder = Builder(settings, engine, from_nothing=bool(measured_as))
    try:
        _in_lanes(builder, report, _lanes(images, tags))
    finally:
        builder.end()

    return {tags[image.variable]: engine.size(tags[image.variable]) for image in images}


def needed(settings: Settings) -> list[Image]:
    """The images that a sandbox of these settings is made of: one of the two emulators is not."""
    unused = "localstack" if settings.emulator == "ministack" else "ministack"
    return [image for image in IMAGES if image.name != unused]


def missing(settings: Settings) -> list[str]:
    """Names of the slim images that are needed and not here."""
    tags, engine = slim_names(settings), Engine()
    return [image.name for image in needed(settings) if not engine.exists(tags[image.variable])]


def stale(settings: Settings) -> list[str]:
    """Names of needed slim images that are not here as they would be built from today's files and base."""
    tags = slim_names(settings)
    builder = Builder(settings, Engine())
    builds = [build_of(image, tags) for image in needed(settings)]
    return [build.name for build in builds if not builder.current(build)]


def build_service_layer(settings: Settings, base_image: str, tag: str) -> None:
    """Put the local Glue service's environment on a Glue image, published or slim; twice is harmless.

    Raises:
        SandboxError: the tag is a digest, or the build failed.
    """
    if "@" in tag:
        raise SandboxError(
            "GLUE_SERVICE_IMAGE as a name and a tag: that image is built here, and gets its digest then",
            tag,
            "unset GLUE_SERVICE_IMAGE; GLUE_IMAGE, which it stands on, takes a digest",
        )
    engine = Engine()
    require_engine()
    builder = Builder(settings, engine)
    names = {"GLUE_IMAGE": base_image, "GLUE_SERVICE_IMAGE": tag}
    try:
        _walk(builder, _report(settings), [build_of(BY_NAME["glue-service"], names)])
    finally:
        builder.end()


def remove(settings: Settings) -> list[str]:
    """Remove every image that was built here, from whatever content; return what still uses some of them."""
    del settings  # the label says enough: it is on nothing else
    engine = Engine()
    return engine.remove_labelled(CONTENT_LABEL) if engine.answers() else []


def _named(name: str) -> Image:
    if name not in BY_NAME:
        raise SandboxError(
            f"IMAGE to be one of {', '.join(BY_NAME)}",
            f"IMAGE={name}",
            f"make images IMAGE={closest(name, list(BY_NAME))}",
        )
    return BY_NAME[name]


def _suite(variable: str) -> str:
    return "bookworm" if variable == BOOKWORM else "trixie"


def _report(settings: Settings) -> Report:
    return Report(settings.home / LOG, title="Building images (details: {log}/<image>.log)")


def build_of(image: Image, tags: Mapping[str, str]) -> Build:
    """Return what is built of an image: its files, its name, and the names of the image below it."""
    folder = f"compose/{image.name}/"
    files = {name.removeprefix(folder): source_of(name) for name in (f"{folder}Dockerfile", *image.files)}
    context = {_in_context(name): path for name, path in files.items()}
    return Build(image.name, tags[image.variable], image.base, tags[image.base], context)


def _in_context(name: str) -> str:
    """Where a Dockerfile finds a file: locks, settings and packages in their folders, others at the top."""
    if name.startswith(SPARK_LOCKS):
        return f"locks/{name.removeprefix(SPARK_LOCKS)}"
    return name if name.startswith(("local_glue/", "locks/", "conf/")) else name.rsplit("/", 1)[-1]


def source_of(name: str) -> Path:
    """Return where a file lies that an image copies."""
    folder, _, below = name.partition("/")
    folders = {"compose": COMPOSE, "locks": LOCKS, "local_glue": LOCAL_GLUE}
    return folders[folder] / below


def _lanes(images: Sequence[Image], tags: Mapping[str, str]) -> list[list[Build]]:
    """Builds that wait for one another form a lane: a Glue image and what stands on it."""
    lanes: dict[str, list[Build]] = {}
    for image in images:
        below = BY_NAME["glue"] if image.base == "GLUE_IMAGE" else image
        lanes.setdefault(below.name, []).append(build_of(image, tags))
    if "glue" in lanes and BY_NAME["glue"] not in images:
        lanes["glue"].insert(0, build_of(BY_NAME["glue"], tags))
    return list(lanes.values())


def _in_lanes(builder: Builder, report: Report, lanes: list[list[Build]]) -> None:
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = [pool.submit(_walk, builder, report, lane) for lane in lanes]
        try:
            done, waiting = wait(futures, return_when=FIRST_EXCEPTION)
        except BaseException:  # Ctrl-C: the engine stops a build whose client is gone
            builder.end()
            for future in futures:
                future.cancel()
            raise

        if waiting:
            builder.end()
            for future in waiting:
                future.cancel()

    for future in done:
        future.result()


def _walk(builder: Builder, report: Report, lane: Sequence[Build]) -> None:
    for build in lane:
        if not builder.current(build):
            report.step(build.name, partial(builder.run, build))
