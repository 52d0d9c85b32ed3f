"""The slim images are built from what they copy and nothing else, once, in order, and secrets stay secret."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from pathlib import Path

import psutil
import pytest
from checkout import ROOT, project_at

from glue_sandbox.containers.substitutions import print_substitutions
from glue_sandbox.docker.engine import Engine
from glue_sandbox.errors import SandboxError
from glue_sandbox.images import slim_images
from glue_sandbox.images.builder import END_SECONDS, Builder, errors_of, next_after
from glue_sandbox.images.ca_certificates import own_authorities
from glue_sandbox.images.selection import choose, named, provide
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.resources import COMPOSE, IMAGES_FILE, LOCAL_GLUE, LOCKS, SLIM_IMAGES_FILE
from glue_sandbox.settings import Settings
from local_glue.setup.environments import pip_settings

INDEX = "https://user:secret@index.example/simple"
PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A sandbox whose images are made of a copy of the files, which a test may change."""
    folders = {"compose": COMPOSE, "locks": LOCKS, "local_glue": LOCAL_GLUE}
    copies = {name: tmp_path / "root" / name for name in folders}
    for name, folder in folders.items():
        shutil.copytree(folder, copies[name], ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(slim_images, "source_of", lambda name: tmp_path / "root" / name)
    return Settings(project=project_at(tmp_path / "root"), home=tmp_path / "home")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that a `docker` on PATH answers from; it has the Debian images."""
    folder = tmp_path / "fake"
    (folder / "images").mkdir(parents=True)
    for name in ("debian_bookworm-slim", "debian_trixie-slim"):
        (folder / "images" / name).touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "docker").symlink_to(ROOT / "packages/glue-sandbox/tests/unit/docker/fake_docker")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_DOCKER", str(folder))
    monkeypatch.setattr("glue_sandbox.images.build_secrets.pip_settings", dict)  # asking pip takes a second
    for name in ("DEBIAN_BOOKWORM_IMAGE", "DEBIAN_TRIXIE_IMAGE", "IVY_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def builds(fake: Path) -> list[str]:
    """Names of the images that were built, in order."""
    calls = (fake / "calls").read_text().splitlines()
    return [call.rsplit("/", 1)[-1] for call in calls if call.startswith("build ")]


@pytest.mark.parametrize("image", slim_images.IMAGES, ids=lambda image: image.name)
def test_a_context_holds_what_the_dockerfile_copies_and_nothing_else(
    image: slim_images.Image, settings: Settings, fake: Path
) -> None:
    build = slim_images.build_of(image, slim_images.slim_names(settings))
    context = Builder(settings, Engine()).stage(build)
    dockerfile = (context / "Dockerfile").read_text()
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.M)
        for source in line.split()[:-1]
        if not source.startswith("--")
    ]
    staged = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
    for source in copied:
        assert any(name == source or name.startswith(source) for name in staged), source
    wanted = (*copied, "Dockerfile", "ca/")
    assert {name for name in staged if not name.startswith(wanted)} == set()
    assert f"ARG {image.base}" in dockerfile


def test_every_image_has_the_same_variable_in_both_lists(settings: Settings) -> None:
    published = read_env_file(IMAGES_FILE)
    slim = read_env_file(SLIM_IMAGES_FILE)
    assert set(slim) == {image.variable for image in slim_images.IMAGES}
    bases = {"DEBIAN_BOOKWORM_IMAGE", "DEBIAN_TRIXIE_IMAGE"}
    assert set(published) - set(slim) == {*bases, "EMULATOR_IMAGE_WITH_TOKEN"}  # no slim one wants a token


def test_a_slim_image_is_of_the_published_one_s_version_and_has_a_name_of_its_own() -> None:
    published, slim = read_env_file(IMAGES_FILE), read_env_file(SLIM_IMAGES_FILE)
    versions = {name: image.rpartition(":")[2].partition("-")[0] for name, image in published.items()}
    assert {name: image.rpartition(":")[2].partition("-")[0] for name, image in slim.items()} == {
        name: versions[name] for name in slim
    }
    assert {name: image for name, image in slim.items() if image == published[name]} == {}


def test_the_glue_service_is_built_after_the_image_it_stands_on(settings: Settings, fake: Path) -> None:
    sizes = slim_images.build(settings)
    order = builds(fake)
    assert sorted(order) == sorted(slim_images.BY_NAME)
    assert order.index("glue") < order.index("glue-service")
    assert sizes["music-streams/glue:5.1.0"] == 123_000_000


def test_the_same_content_is_built_once(settings: Settings, fake: Path) -> None:
    assert "postgres" in slim_images.stale(settings)
    slim_images.build(settings)
    assert slim_images.stale(settings) == []
    (fake / "calls").unlink()
    slim_images.build(settings)
    assert builds(fake) == []


def test_a_changed_lock_builds_what_copies_it(settings: Settings, fake: Path) -> None:
    slim_images.build(settings)
    (fake / "calls").unlink()
    with (settings.root / "locks" / "airflow.txt").open("a") as lock:
        lock.write("# changed\n")
    slim_images.build(settings)
    assert builds(fake) == ["airflow"]


def test_auto_stays_with_slim_images_whose_files_have_changed(settings: Settings, fake: Path) -> None:
    assert choose(settings).source == "published"
    slim_images.build(settings)
    assert choose(settings) == named(settings, "slim", {})
    with (settings.root / "locks" / "airflow.txt").open("a") as lock:
        lock.write("# changed\n")
    choice = choose(settings)
    assert (choice.source, choice.stale) == ("slim", ("airflow",))
    (fake / "calls").unlink()
    provide(settings, choice)
    assert builds(fake) == []  # which is for `make images`


def test_auto_stays_with_slim_images_whose_base_is_gone(
    settings: Settings, fake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slim_images.build(settings)
    (fake / "images" / "debian_trixie-slim").unlink()
    choice = choose(settings)
    assert (choice.source, choice.stale) == ("slim", ("localstack",))
    print_substitutions(settings, choice)
    assert "now: localstack (rebuild: make images)" in capsys.readouterr().out


def test_auto_does_not_ask_for_the_emulator_that_is_not_used(settings: Settings, fake: Path) -> None:
    slim_images.build(settings, [name for name in slim_images.BY_NAME if name != "ministack"])
    assert choose(settings).source == "slim"
    assert choose(settings.model_copy(update={"emulator": "ministack"})).source == "published"


def test_what_is_to_be_pulled_is_said_before(
    settings: Settings, fake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (fake / "images" / "postgres_15-bookworm").touch()
    with pytest.raises(SandboxError, match="the image registry to serve the images; found no such host"):
        provide(settings, choose(settings))
    said, _, _ = capsys.readouterr().out.partition("✗ pull")
    assert "to pull: localstack/localstack:4.14.0, apache/airflow" in said
    assert "10 GB" in said
    assert "postgres" not in said


def test_another_base_image_builds_anew(settings: Settings, fake: Path) -> None:
    slim_images.build(settings, ["localstack", "postgres"])
    (fake / "calls").unlink()
    (fake / "images" / "debian_trixie-slim").write_text("a newer one")
    slim_images.build(settings, ["localstack", "postgres"])
    assert builds(fake) == ["localstack"]


@pytest.mark.parametrize("base", ["published/glue:1", f"published/glue@sha256:{'0' * 64}"])
def test_the_service_layer_stands_on_any_glue_image(settings: Settings, fake: Path, base: str) -> None:
    (fake / "images" / base.replace("/", "_").replace(":", "_")).touch()
    for _ in range(2):
        slim_images.build_service_layer(settings, base, "layer:1")
    assert builds(fake) == ["glue-service"]
    assert f"--build-arg GLUE_IMAGE={base}" in (fake / "calls").read_text()


def test_what_is_built_here_has_no_digest_before(settings: Settings, fake: Path) -> None:
    with pytest.raises(SandboxError, match="GLUE_SERVICE_IMAGE as a name and a tag"):
        slim_images.build_service_layer(settings, "published/glue:1", f"mine@sha256:{'0' * 64}")
    assert not (fake / "calls").exists()


@pytest.mark.parametrize("variable", ["DEBIAN_BOOKWORM_IMAGE", "DEBIAN_TRIXIE_IMAGE"])
def test_slim_images_stand_on_a_debian_that_is_pinned_by_its_digest(
    settings: Settings, fake: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    pinned = f"debian@sha256:{'0' * 64}"
    (fake / "images" / pinned.replace(":", "_")).touch()
    monkeypatch.setenv(variable, pinned)
    name = "postgres" if variable == "DEBIAN_BOOKWORM_IMAGE" else "localstack"
    slim_images.build(settings, [name])
    assert builds(fake) == [name]
    assert f"--build-arg {variable}={pinned}" in (fake / "calls").read_text()


def test_the_package_index_is_in_no_argument_log_or_context(
    settings: Settings, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", INDEX)
    monkeypatch.setattr("glue_sandbox.images.build_secrets.pip_settings", pip_settings)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
    slim_images.build(settings, ["postgres"])
    seen = (fake / "seen_id=index").read_text()
    assert f"PIP_INDEX_URL={INDEX}\nUV_DEFAULT_INDEX={INDEX}\n" == seen
    assert "-Dhttps.proxyHost=proxy.example" in (fake / "seen_id=java_options").read_text()
    calls = (fake / "calls").read_text()
    assert "--build-arg HTTPS_PROXY " in calls
    assert "secret@" not in calls
    kept = [path for path in settings.home.rglob("*") if path.is_file() and b"secret@" in path.read_bytes()]
    assert kept == []


def test_a_broken_build_ends_with_its_log_and_the_next_command(settings: Settings, fake: Path) -> None:
    (fake / "broken").touch()
    with pytest.raises(SandboxError) as failed:
        slim_images.build(settings, ["postgres"])
    error = failed.value
    assert error.expected == "image music-streams/postgres:15 built"
    assert "exit code 1" in error.found
    assert "logs/images/postgres.log" in error.found
    assert "SSL_CERT_FILE" in error.next_command
    assert error.next_command.endswith("make images IMAGE=postgres")
    assert "certificate has expired" in error.details
    assert "postgres" in slim_images.missing(settings)


def test_an_engine_that_does_not_answer_is_said(settings: Settings, fake: Path) -> None:
    (fake / "no_engine").touch()
    with pytest.raises(SandboxError, match="a Docker engine that answers; found Cannot connect"):
        slim_images.build(settings)


def test_a_base_image_that_nothing_gives_is_said(
    settings: Settings, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (fake / "images" / "debian_trixie-slim").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SandboxError, match=r"no registry gives it .no such host.*debootstrap"):
        slim_images.build(settings)
    assert builds(fake) == []


def test_an_unknown_image_is_named_with_the_known_ones(settings: Settings, fake: Path) -> None:
    with pytest.raises(SandboxError, match=r"localstack, glue.*IMAGE=spark"):
        slim_images.build(settings, ["spark"])


def test_ending_leaves_no_build_running(settings: Settings, fake: Path) -> None:
    (fake / "slow").touch()
    builder = Builder(settings, Engine())
    build = slim_images.build_of(slim_images.BY_NAME["postgres"], slim_images.slim_names(settings))
    errors: list[SandboxError] = []

    def run() -> None:
        try:
            builder.run(build)
        except SandboxError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    pid_file = fake / "pid"
    deadline = time.monotonic() + 20
    while not (pid_file.is_file() and pid_file.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    ended = time.monotonic()
    builder.end()
    assert time.monotonic() - ended < END_SECONDS / 2  # it was asked to end, and not killed
    thread.join(20)
    assert not thread.is_alive()
    assert not psutil.pid_exists(int(pid_file.read_text()))
    assert errors[0].found == "it was ended"


def test_a_machines_own_authorities_are_taken_along_once_each(tmp_path: Path) -> None:
    own, bundle = tmp_path / "own", tmp_path / "company.pem"
    own.mkdir()
    (own / "a.crt").write_text(PEM.format("AAAA"))
    (own / "README").write_text("not one")
    bundle.write_text(f"{PEM.format('AAAA')}\n{PEM.format('BBBB')}\n")
    environ = {"SSL_CERT_FILE": str(bundle), "PIP_CERT": str(bundle), "CURL_CA_BUNDLE": "/nowhere"}
    found = own_authorities(environ, [own, tmp_path / "absent"])
    assert list(found) == ["own-000.crt", "own-001.crt"]
    assert b"BBBB" in found["own-001.crt"]


def test_the_systems_own_bundle_adds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "ca-certificates.crt"
    bundle.write_text(PEM.format("AAAA"))
    monkeypatch.setattr("glue_sandbox.images.ca_certificates.BUNDLES", (str(bundle),))
    assert own_authorities({"SSL_CERT_FILE": str(bundle)}, []) == {}


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        ("ERROR: failed to solve: write /var/lib/docker/x: no space left on device", "docker system prune"),
        ("E: Release file is not valid yet: ERROR", "set the clock"),
        (
            "ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock",
            "systemctl start docker",
        ),
    ],
)
def test_a_builds_errors_are_those_of_the_engine_or_of_the_set_up(error: str, hint: str) -> None:
    told = next_after(error, "make images IMAGE=glue")
    assert hint in told
    assert "3 GB" not in told  # which is what the set-up of processes needs
    assert told.endswith("; then make images IMAGE=glue")


def test_a_command_that_a_log_repeats_is_no_hint() -> None:
    repeated = (
        '#5 RUN update-ca-certificates\nERROR: process "/bin/sh -c update-ca-certificates" did not complete'
    )
    assert errors_of(f"{repeated}\n#6 ERROR: no space") == "#6 ERROR: no space"


def test_the_ministack_image_has_every_module_that_its_entry_imports() -> None:
    source = ROOT / "packages/local-glue/src/local_glue"
    needed, unread = set(), ["emulators/ministack_main"]
    while unread:
        part = unread.pop()
        needed.add(part)
        imported = re.findall(
            r"^\s*from local_glue\.([\w.]+) import", (source / f"{part}.py").read_text(), re.M
        )
        unread += {name.replace(".", "/") for name in imported} - needed
    assert needed - set(slim_images.IN_MINISTACK) == set()
