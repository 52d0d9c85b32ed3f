"""The files that compose.yaml reads: complete, private, and with nothing of the user's own AWS account."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from checkout import ROOT, write_project

from glue_sandbox.airflow.mwaa.environment import read_environment
from glue_sandbox.containers.env_files import (
    HEALTHY_REST,
    TOKEN,
    prepare,
    project_name,
    uses_token,
    write_functions,
)
from glue_sandbox.containers.memory import more_memory
from glue_sandbox.containers.substitutions import print_substitutions
from glue_sandbox.environment.child_process import clean_own_environment
from glue_sandbox.errors import SandboxError
from glue_sandbox.images.selection import PULLED, named
from glue_sandbox.machine.mode import look_for_engine, read_env_file
from glue_sandbox.processes.services import ministack
from glue_sandbox.project.file import load_project
from glue_sandbox.project.script_paths import ScriptPaths, read_script_paths
from glue_sandbox.settings import Settings, load_settings

COMPOSE = ROOT / "compose" / "compose.yaml"
REST = " && ${HEALTHY_REST:?}"


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What pip is configured to; asking it takes a second."""
    found: dict[str, str] = {}
    monkeypatch.setattr("glue_sandbox.containers.env_files.pip_settings", lambda: found)
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state=tmp_path / "state", mode="containers")


def folder_of(settings: Settings, source: str = "slim") -> Path:
    prepare(settings, named(settings, source, {}).names)
    return settings.state / "compose"


def test_nobody_else_can_enter_the_folder(settings: Settings) -> None:
    folder = folder_of(settings)
    assert stat.S_IMODE(settings.state.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.env")}
    assert modes == dict.fromkeys(modes, 0o600)


def test_folders_that_containers_do_not_see_are_refused(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "plugins").mkdir()
    file.write_text(file.read_text() + 'plugins = "plugins"\n')
    settings = Settings(project=load_project(file), state=tmp_path / "state", mode="containers")
    with pytest.raises(SandboxError, match=r"expected Airflow without containers, for airflow\.plugins"):
        prepare(settings, {})


@pytest.mark.parametrize("source", ["published", "slim"])
def test_each_variable_of_the_compose_file_has_a_value_or_a_default(settings: Settings, source: str) -> None:
    given = read_env_file(folder_of(settings, source) / "compose.env")
    text = COMPOSE.read_text(encoding="utf-8")
    needed = set(re.findall(r"(?<!\$)\$\{(\w+)(?::\?[^}]*)?\}", text))
    assert needed - set(given) == set()


def test_each_environment_file_that_is_named_is_written(settings: Settings) -> None:
    folder = folder_of(settings)
    names = set(re.findall(r"compose/(\w+\.(?:env|json|pem))", COMPOSE.read_text(encoding="utf-8")))
    assert names <= {path.name for path in folder.iterdir()} | {"compose.env"}


def test_no_password_is_among_the_projects_variables(settings: Settings) -> None:
    folder = folder_of(settings)
    secrets = json.loads((settings.state / "airflow" / "secrets.json").read_text()).values()
    assert [word for word in secrets if word in (folder / "compose.env").read_text()] == []
    assert [word for word in secrets if word in (folder / "glue.env").read_text()] == []


def told_in(file: Path) -> dict[str, str]:
    return {name: value.strip("'") for name, value in read_env_file(file).items()}


@pytest.mark.parametrize("emulator", ["localstack", "ministack"])
def test_either_emulator_is_told_the_keys_of_the_sandbox(tmp_path: Path, emulator: str) -> None:
    given = {"KEYS": "own", "EMULATOR": emulator, "MODE": "containers", "SANDBOX_STATE": str(tmp_path)}
    own = load_settings(given)
    folder = folder_of(own)
    told = told_in(folder / "emulator.env")
    names = ("GLUE_KEYS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    assert [told[name] for name in names] == ["own", own.access_key, own.secret_key]
    glue = told_in(folder / "glue.env")
    assert (glue["GLUE_KEYS"], glue["GLUE_AUTHORIZATION"]) == ("own", "emulator")
    assert own.secret_key not in (folder / "compose.env").read_text()


def test_the_secret_of_the_cluster_is_told_where_there_is_one(settings: Settings) -> None:
    assert told_in(folder_of(settings) / "cluster.env") == {}
    with_cluster = settings.model_copy(update={"cluster": True})
    told = told_in(folder_of(with_cluster) / "cluster.env")
    assert told["_SPARK_AUTH_SECRET"] == told["GLUE_SPARK_SECRET"] == with_cluster.cluster_secret
    assert with_cluster.cluster_secret not in (settings.state / "compose" / "compose.env").read_text()
    assert "-Dspark.authenticate=true" in told["SPARK_DAEMON_JAVA_OPTS"].split()


def test_the_secret_of_a_cluster_of_ones_own_is_told_to_drivers_alone(settings: Settings) -> None:
    own = {"glue_spark_master": "spark://a:7077", "glue_spark_secret": "of-this-cluster"}
    folder = folder_of(settings.model_copy(update=own))
    assert told_in(folder / "cluster.env") == {"GLUE_SPARK_SECRET": "of-this-cluster"}
    others = [file for file in folder.glob("*.env") if file.name != "cluster.env"]
    assert [file for file in others if "of-this-cluster" in file.read_text()] == []


def test_only_localstack_with_known_keys_has_its_http_api_in_a_container(settings: Settings) -> None:
    localstack = settings.model_copy(update={"emulator": "localstack"})
    variants = [
        localstack,
        localstack.model_copy(update={"keys": "own"}),
        settings.model_copy(update={"emulator": "ministack"}),
    ]
    found = [told_in(folder_of(each) / "glue.env").get("GLUE_HTTP_API_URL") for each in variants]
    assert found == ["http://events:8080", None, None]


def test_the_endpoint_and_airflow_know_each_other_for_mwaa(settings: Settings) -> None:
    folder = folder_of(settings)
    glue, airflow = told_in(folder / "glue.env"), told_in(folder / "airflow.env")
    environment = read_environment(airflow)
    assert environment is not None
    assert glue["GLUE_MWAA_URL"] == "http://airflow:8080/aws_mwaa/api"
    assert glue["GLUE_MWAA_TOKEN"] == environment.token == settings.mwaa_token
    assert (environment.name, environment.url) == (settings.project.name, "http://127.0.0.1:8080")
    assert "AIRFLOW_LAUNCHER_TLS" not in airflow  # its port would be the container's own


def test_airflow_is_told_which_files_the_user_edits(settings: Settings) -> None:
    told = read_script_paths(told_in(folder_of(settings) / "airflow.env"))
    assert told == ScriptPaths.of(settings.project)
    assert told.scripts


def test_the_same_again_changes_no_file(settings: Settings) -> None:
    before = {path: path.read_text() for path in folder_of(settings).iterdir()}
    write_functions(settings, [{"HANDLER": "a.b"}])
    after = {path: path.read_text() for path in folder_of(settings).iterdir()}
    before[settings.state / "compose" / "events.env"] = after[settings.state / "compose" / "events.env"]
    assert """FUNCTIONS='[{"HANDLER": "a.b"}]'""" in after[settings.state / "compose" / "events.env"]
    assert after == before


def test_a_command_writes_what_whoever_started_the_containers_wrote(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else compose would take them for changed, and replace each by a new one."""
    for name, value in dict(os.environ).items():
        monkeypatch.setenv(name, value)  # so that all is as before, afterwards
    before = {path: path.read_text() for path in folder_of(settings).iterdir()}
    clean_own_environment(settings)
    clean_own_environment(settings)
    assert {path: path.read_text() for path in folder_of(settings).iterdir()} == before


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ({}, {"GLUE_MEMORY": "4096m", "EMULATOR_MEMORY": "2g", "AIRFLOW_MEMORY": "2g"}),
        ({"GLUE_MEMORY": "9g", "EMULATOR_MEMORY": "3g", "AIRFLOW_MEMORY": "700m"}, {}),
        ({"GLUE_DRIVER_MEMORY": "3g"}, {"GLUE_MEMORY": "8192m"}),
        ({}, {"SPARK_WORKER_MEMORY": "2048m", "SPARK_WORKER_CONTAINER_MEMORY": "3072m"}),
        (
            {"GLUE_EXECUTOR_MEMORY": "3g"},
            {"SPARK_WORKER_MEMORY": "6144m", "SPARK_WORKER_CONTAINER_MEMORY": "8192m"},
        ),
    ],
)
def test_memory_is_as_set_else_enough_for_two_jobs(
    tmp_path: Path, given: dict[str, str], limits: dict[str, str]
) -> None:
    environ = {"SANDBOX_STATE": str(tmp_path / "state"), "MODE": "containers", **given}
    variables = read_env_file(folder_of(load_settings(environ)) / "compose.env")
    wanted = limits or given
    assert {name: variables[name].strip("'") for name in wanted} == wanted


def test_who_was_killed_for_want_of_memory_is_given_twice_as_much(settings: Settings) -> None:
    variables = read_env_file(folder_of(settings) / "compose.env")
    assert more_memory("airflow", variables) == "AIRFLOW_MEMORY=4g make up"
    assert more_memory("glue", variables) == "GLUE_MEMORY=8192m make up"
    assert more_memory("postgres", variables) == ""


def test_the_users_own_aws_account_stays_outside(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real-token")
    text = "".join(path.read_text() for path in folder_of(settings).glob("*.env"))
    assert "production" not in text
    assert "real-token" not in text


def test_the_users_package_index_and_authority_reach_the_jobs(
    settings: Settings, configured: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    (tmp_path / "company.pem").write_text(certificate)
    configured |= {"index-url": "https://index.example/simple", "cert": str(tmp_path / "company.pem")}
    folder = folder_of(settings)
    variables = read_env_file(folder / "packages.env")
    assert variables["PIP_INDEX_URL"] == "'https://index.example/simple'"
    target = variables["PIP_CERT"].strip("'")
    mount = f"${{SANDBOX_STATE}}/compose/authorities.pem:{target}:ro,z"
    assert mount in TestTheComposeFile.services["glue"]["volumes"]
    assert certificate in (folder / "authorities.pem").read_text()


def test_without_an_authority_of_ones_own_pip_keeps_the_images(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glue_sandbox.containers.env_files.own_authorities", lambda _: {})
    folder = folder_of(settings)
    assert "PIP_" not in (folder / "packages.env").read_text()
    assert (folder / "authorities.pem").read_bytes() == b""


@pytest.mark.parametrize(
    ("source", "emulator", "are_root"),
    [
        ("published", "localstack", "PostgreSQL and LocalStack,"),
        ("published", "ministack", "PostgreSQL,"),
        ("slim", "localstack", ""),
    ],
)
def test_published_images_that_start_as_root_are_named(
    settings: Settings, capsys: pytest.CaptureFixture[str], source: str, emulator: str, are_root: str
) -> None:
    chosen = settings.model_copy(update={"emulator": emulator})
    print_substitutions(chosen, named(chosen, source, {}))
    said = capsys.readouterr().out
    assert (f"as root start those of {are_root}" in said) == bool(are_root)
    assert ("as root" in said) == bool(are_root)


def test_two_sandboxes_are_two_projects(tmp_path: Path) -> None:
    assert project_name(Settings(state=tmp_path / "a")) != project_name(Settings(state=tmp_path / "b"))


def test_a_token_takes_the_localstack_that_wants_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = named(settings, "published", {}).names["EMULATOR_IMAGE"]
    environ = {"LOCALSTACK_AUTH_TOKEN": "ls-1"}
    with_token = named(settings, "published", environ)
    assert with_token.names["EMULATOR_IMAGE"] != without
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "ls-1")
    prepare(settings, with_token.names)
    folder = settings.state / "compose"
    assert "ls-1" in (folder / "emulator.env").read_text()
    assert "ls-1" not in (folder / "compose.env").read_text()


@pytest.mark.parametrize("emulator", ["localstack", "ministack"])
def test_endpoint_and_emulator_know_which_pages_may(settings: Settings, emulator: str) -> None:
    changed = {"allowed_origins": "https://a.example, null", "emulator": emulator}
    folder = folder_of(settings.model_copy(update=changed))
    assert "GLUE_ALLOWED_ORIGINS='https://a.example, null'" in (folder / "glue.env").read_text()
    wanted = {
        "ministack": "GLUE_ALLOWED_ORIGINS='https://a.example, null'",
        "localstack": "EXTRA_CORS_ALLOWED_ORIGINS='https://a.example,null'",
    }
    assert wanted[emulator] in (folder / "emulator.env").read_text()


def test_a_localstack_that_needs_no_token_is_given_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", "ls-1")
    written = (folder_of(settings, "slim") / "emulator.env").read_text()
    assert "ls-1" not in written
    assert "ACTIVATE_PRO" not in written


def test_a_digest_behind_its_tag_makes_no_other_localstack(settings: Settings) -> None:
    free = named(settings, "published", {}).names["EMULATOR_IMAGE"]
    images = [free, f"{free}@sha256:{'0' * 64}", f"localstack/localstack:stable@sha256:{'0' * 64}"]
    assert [uses_token(settings, image, {TOKEN: "ls-1"}) for image in images] == [False, False, True]


@pytest.mark.parametrize(
    ("source", "token", "said", "unsaid"),
    [
        ("slim", "", "LocalStack's free edition", "LOCALSTACK_AUTH_TOKEN"),
        ("slim", "ls-1", "LOCALSTACK_AUTH_TOKEN is not used", "with your token"),
        ("published", "ls-1", "LocalStack with your token (localstack/localstack:", "free edition"),
    ],
)
def test_what_is_said_of_localstack_is_of_the_one_that_runs(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: str,
    token: str,
    said: str,
    unsaid: str,
) -> None:
    monkeypatch.setenv("LOCALSTACK_AUTH_TOKEN", token)
    print_substitutions(settings, named(settings, source))
    printed = capsys.readouterr().out
    assert said in printed
    assert unsaid not in printed


def test_the_shell_names_an_image_of_its_own(settings: Settings) -> None:
    assert named(settings, "published", {"POSTGRES_IMAGE": "mine:1"}).names["POSTGRES_IMAGE"] == "mine:1"


@pytest.mark.parametrize("variable", [*PULLED, "MINISTACK_IMAGE"])
def test_an_image_is_pinned_by_its_digest(settings: Settings, variable: str) -> None:
    """Compose gets it as it is written, from the shell and from sandbox.toml."""
    pinned = f"registry.example:5000/a/name@sha256:{'0' * 64}"
    project = settings.project.model_copy(update={"images": {variable: pinned}})
    of_project = settings.model_copy(update={"project": project})
    for chosen, environ in ((settings, {variable: pinned}), (of_project, {})):
        names = named(chosen, "published", environ).names
        prepare(chosen, names)
        written = (chosen.state / "compose" / "compose.env").read_text(encoding="utf-8")
        assert f"\n{variable}='{pinned}'\n" in f"\n{written}"


def test_ministack_takes_the_emulators_place(settings: Settings) -> None:
    other = settings.model_copy(update={"emulator": "ministack"})
    names = named(other, "slim", {}).names
    assert names["EMULATOR_IMAGE"] == names["MINISTACK_IMAGE"]


class TestTheComposeFile:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]

    @pytest.mark.parametrize("name", services)
    def test_every_container_is_bounded_and_tended(self, name: str) -> None:
        service = self.services[name]
        assert service["init"] is True
        assert "mem_limit" in service
        options = {"max-size": "10m", "max-file": "3"}
        assert service["logging"] == {"driver": "json-file", "options": options}
        assert service["security_opt"] == ["no-new-privileges:true"]

    @pytest.mark.parametrize("name", services)
    def test_ports_are_on_the_loopback_only(self, name: str) -> None:
        ports = self.services[name].get("ports", [])
        assert [port for port in ports if not port.startswith("127.0.0.1:")] == []

    @pytest.mark.parametrize("name", services)
    def test_images_are_variables_and_the_engines_socket_is_nowhere(self, name: str) -> None:
        service = self.services[name]
        assert re.fullmatch(r"\$\{\w+_IMAGE(:\?)?\}", service["image"])
        assert "docker.sock" not in str(service)

    def test_what_is_of_the_checkout_is_read_only(self) -> None:
        mounts = [mount for each in self.services.values() for mount in each.get("volumes", [])]
        assert [m for m in mounts if m.startswith((".", "$")) and not m.endswith(":ro,z")] == []

    def test_all_that_runs_for_long_says_when_it_is_ready(self) -> None:
        without = {name for name, service in self.services.items() if "healthcheck" not in service}
        assert without == {"events"}

    def test_a_job_typed_by_hand_finds_the_projects_package(self, settings: Settings) -> None:
        mounted = next(m for m in self.services["glue"]["volumes"] if m.startswith("${PACKAGE_FOLDER"))
        folder = mounted.split(":")[1].removesuffix("/${PACKAGE_NAME}")
        path = read_env_file(folder_of(settings) / "glue.env")["PYTHONPATH"]
        assert folder in path.strip("'").split(":")

    def test_a_health_check_rests_once_it_was_healthy(self) -> None:
        checks = {n: each["healthcheck"] for n, each in self.services.items() if "healthcheck" in each}
        assert [name for name, check in checks.items() if not check["test"][1].endswith(REST)] == []


def test_the_first_check_of_a_start_says_at_once_that_all_is_well(tmp_path: Path) -> None:
    """`sleep` is replaced by a word: a check that rests says it."""
    rest = HEALTHY_REST.replace("/tmp", str(tmp_path)).replace("sleep", "echo rest for")  # noqa: S108
    said = [subprocess.run(["sh", "-c", f"true && {rest}"], capture_output=True, text=True) for _ in "12"]
    failed = subprocess.run(["sh", "-c", f"false && {rest}"], capture_output=True, text=True)
    assert [(one.returncode, one.stdout) for one in said] == [(0, ""), (0, "rest for 12\n")]
    assert (failed.returncode, failed.stdout) == (1, "")


def test_passwords_of_proxy_and_index_reach_only_what_downloads(
    settings: Settings, configured: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:pr0xy@proxy.example:3128")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://user:ind3x@index.example/simple")
    configured |= {"extra-index-url": "https://user:ind3x@index.example/simple"}
    folder = folder_of(settings)
    having = [path.name for path in folder.iterdir() if re.search("pr0xy|ind3x", path.read_text())]
    assert having == ["packages.env"]
    readers = [
        name for name, service in TestTheComposeFile.services.items() if "packages.env" in str(service)
    ]
    assert readers == ["glue"]
    embedded = settings.model_copy(update={"mode": "embedded"})
    assert [name for name, value in ministack(embedded).env.items() if re.search("pr0xy|ind3x", value)] == []


@pytest.mark.parametrize("value", ["it's", "a'b\"c$HOME\\n", "two\nlines'", 'plain $HOME "x"'])
def test_compose_reads_a_value_as_it_was_written(settings: Settings, tmp_path: Path, value: str) -> None:
    if not look_for_engine().is_usable:
        pytest.skip("compose did not read an environment file: no Docker engine with compose answers here")
    file = folder_of(settings) / "events.env"
    write_functions(settings, [{"VALUE": value}])
    (tmp_path / "compose.yaml").write_text(f"services: {{a: {{image: x, env_file: '{file}'}}}}")
    command = ["docker", "compose", "config", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    # Compose writes each $ of a value twice.
    functions = json.loads(done.stdout)["services"]["a"]["environment"]["FUNCTIONS"].replace("$$", "$")
    assert json.loads(functions) == [{"VALUE": value}]
