"""Services: what they are started with, and that they start, answer and stop for real."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.machine.ports import free_ports, is_free, owner_of
from glue_sandbox.processes.process_table import leftovers
from glue_sandbox.processes.services import SERVICES, Service, airflow_release, ministack
from glue_sandbox.processes.supervisor import State, Supervisor, refuse, wait_for
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import START_LOCK
from glue_sandbox.start import start
from glue_sandbox.startup.steps import Step
from glue_sandbox.status.status import airflow_password, must_run
from local_glue.setup.turn import Owner, turn

SERVER = """
import http.server, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(sys.argv[2].encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A sandbox of its own on free ports."""
    ports = free_ports(3)
    return Settings(state=tmp_path, sandbox_port=ports[0], emulator_port=ports[1], airflow_port=ports[2])


@pytest.fixture
def supervisor(settings: Settings) -> Iterator[Supervisor]:
    """Stops everything at the end."""
    made = Supervisor(settings)
    yield made
    made.stop_all()


def service(settings: Settings, script: str = SERVER, answer: str = '{"status": "ok"}') -> Service:
    """A small real service in the place of the emulator."""
    command = (sys.executable, "-c", script, str(settings.emulator_port), answer)
    return replace(
        ministack(settings), command=command, healthy={"status": "ok"}, start_seconds=60, stop_seconds=60
    )


def test_a_service_starts_answers_and_stops(settings: Settings, supervisor: Supervisor) -> None:
    fake = service(settings)
    assert supervisor.state(fake) is State.STOPPED
    assert supervisor.ensure(fake) is True
    assert supervisor.state(fake) is State.HEALTHY
    assert supervisor.ensure(fake) is False, "twice is harmless"
    assert supervisor.stop(fake.name, fake.stop_seconds) is True
    assert supervisor.stop(fake.name, fake.stop_seconds) is False, "twice is harmless"
    assert is_free(settings.emulator_port)


def test_a_service_that_dies_at_start_shows_its_last_words(
    settings: Settings, supervisor: Supervisor
) -> None:
    with pytest.raises(SandboxError) as caught:
        supervisor.ensure(service(settings, script="raise SystemExit('no such colour')"))
    assert "no such colour" in caught.value.details
    assert caught.value.next_command == "make logs S=ministack"


def test_a_killed_service_is_seen_as_crashed_and_can_start_again(
    settings: Settings, supervisor: Supervisor
) -> None:
    fake = service(settings)
    supervisor.ensure(fake)
    process = supervisor.table.running(fake.name)
    assert process is not None
    process.kill()
    process.wait(timeout=60)
    assert supervisor.state(fake) is State.CRASHED
    assert supervisor.ensure(fake) is True


def test_what_a_crash_left_behind_does_not_block_the_next_start(
    settings: Settings, supervisor: Supervisor
) -> None:
    child = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SERVER!r}, *sys.argv[1:]]).wait()"
    )
    supervisor.ensure(service(settings, script=child))
    parent = supervisor.table.running("ministack")
    assert parent is not None
    parent.kill()
    parent.wait(timeout=60)
    assert not is_free(settings.emulator_port), "the orphan still listens"
    assert supervisor.ensure(service(settings)) is True


SLOW_ONCE = """
import http.server, pathlib, sys, time
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if pathlib.Path("slow").exists():
            pathlib.Path("slow").unlink()
            time.sleep(2.5)
        self.send_response(200); self.end_headers(); self.wfile.write(sys.argv[2].encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""


def test_a_service_that_only_is_slow_to_answer_is_left_alone(
    settings: Settings, supervisor: Supervisor
) -> None:
    fake = service(settings, script=SLOW_ONCE)
    supervisor.ensure(fake)
    before = supervisor.table.running(fake.name)
    (settings.state / "slow").touch()
    assert supervisor.ensure(fake) is False
    assert supervisor.table.running(fake.name) == before


def test_a_running_sandbox_cannot_be_started_a_second_time_on_other_ports(
    settings: Settings, supervisor: Supervisor
) -> None:
    settings.remember()
    supervisor.ensure(service(settings))
    moved = settings.model_copy(update={"sandbox_port": settings.sandbox_port - 1, "schedule": "none"})
    with pytest.raises(SandboxError) as caught:
        start(moved)
    assert f"SANDBOX_PORT={settings.sandbox_port}" in caught.value.expected
    assert caught.value.found == f"SANDBOX_PORT={moved.sandbox_port}"
    assert caught.value.next_command.startswith("make down")
    assert read_env_file(settings.started_with)["SANDBOX_PORT"] == str(settings.sandbox_port)


def fake_airflow(settings: Settings, script: str = SERVER) -> Service:
    """A small real service in the place of Airflow."""
    command = (sys.executable, "-c", script, str(settings.airflow_port), '{"status": "ok"}')
    return replace(
        service(settings),
        name="airflow",
        command=command,
        url=settings.airflow_url,
        port=settings.airflow_port,
    )


def fake_start(
    monkeypatch: pytest.MonkeyPatch, deploy: Callable[[], None], airflow: Callable[[], Service], dying: bool
) -> Callable[[Settings], None]:
    """`start`, with the two small services and whatever is done in the place of the deployment."""

    def emulator(settings: Settings) -> Service:
        return service(settings, script="raise SystemExit(1)") if dying else service(settings)

    monkeypatch.setattr(
        "glue_sandbox.processes.services.SERVICES", {"ministack": emulator, "airflow": lambda _: airflow()}
    )
    monkeypatch.setattr("glue_sandbox.processes.start.deployment_step", lambda _: Step(deploy))
    monkeypatch.setattr("glue_sandbox.start.wait_until_dag_is_read", lambda _: None)
    return start


def test_a_start_that_failed_takes_everything_back(
    settings: Settings, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[Path] = []
    fake = fake_airflow(settings)
    wait = Supervisor.wait

    def wait_and_see(self: Supervisor, waited_for: Service, process: psutil.Process) -> bool:
        launched.extend(Path(leftover.exe()) for leftover in leftovers(settings.state, "airflow"))
        return wait(self, waited_for, process)

    monkeypatch.setattr(Supervisor, "wait", wait_and_see)
    up = fake_start(monkeypatch, lambda: None, lambda: fake, dying=True)
    with pytest.raises(SandboxError, match="to answer"):
        up(settings)
    assert launched, "Airflow had been started beside the emulator"
    assert leftovers(settings.state) == []
    assert supervisor.table.read() == {}
    assert not settings.started_with.exists()


def test_airflow_starts_first_and_schedules_only_what_is_deployed(
    settings: Settings, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = fake_airflow(settings)
    released: list[bool] = []

    def deploy() -> None:
        assert supervisor.table.running("airflow")
        released.append(airflow_release(settings).exists())

    airflow_release(settings).touch()  # of the last start
    up = fake_start(monkeypatch, deploy, lambda: fake, dying=False)
    up(settings)
    assert released == [False]
    assert airflow_release(settings).exists()
    first = supervisor.table.running("airflow")
    up(settings)
    assert released == [False, True], "one that runs is not held back"
    assert supervisor.table.running("airflow") == first


def test_airflow_starts_again_when_the_deployment_changed_what_it_reads(
    settings: Settings, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = ["old"]

    def airflow() -> Service:
        fake = fake_airflow(settings)
        return replace(fake, env={**fake.env, "MUSIC_STREAMS_TOPIC_ARN": topics[-1]})

    fake_start(monkeypatch, lambda: topics.append("new"), airflow, dying=False)(settings)
    process = supervisor.table.running("airflow")
    assert process is not None
    assert process.environ()["MUSIC_STREAMS_TOPIC_ARN"] == "new"


def test_a_service_that_was_launched_ahead_and_died_is_not_started_twice(
    settings: Settings, supervisor: Supervisor
) -> None:
    fake = service(settings, script="print('alas', flush=True); raise SystemExit(1)")
    supervisor.launch(fake)
    psutil.Process(supervisor.table.read()[fake.name].pid).wait(timeout=60)
    with pytest.raises(SandboxError) as caught:
        supervisor.ensure(fake)
    assert caught.value.details.count("alas") == 1


def test_the_state_is_for_its_owner_only_and_looking_at_it_changes_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(state=tmp_path / "new" / "state")
    before = os.umask(0)
    try:
        SERVICES["airflow"](settings)
    finally:
        os.umask(before)

    made = [path for path in (settings.state, *settings.state.rglob("*")) if not path.is_symlink()]
    assert {path.name: oct(path.stat().st_mode) for path in made if path.stat().st_mode & 0o077} == {}
    kept = airflow_password(settings)
    monkeypatch.setenv("AIRFLOW_PASSWORD", "another")
    SERVICES["airflow"](settings)
    assert airflow_password(settings) == kept


def test_a_service_that_has_not_answered_yet_is_starting(settings: Settings, supervisor: Supervisor) -> None:
    fake = service(settings)
    never = replace(fake, healthy={"emulator": "ok"})
    supervisor.launch(fake)
    assert supervisor.state(never) is State.STARTING
    assert supervisor.ensure(fake) is True
    assert supervisor.state(never) is State.UNHEALTHY, "it has answered before"


def test_an_answer_that_is_not_healthy_does_not_count(settings: Settings, supervisor: Supervisor) -> None:
    fake = service(settings, answer='{"status": {"status": "ok"}, "emulator": "down"}')
    supervisor.ensure(fake)
    assert supervisor.state(fake) is State.HEALTHY
    assert supervisor.state(replace(fake, healthy={"emulator": "ok"})) is State.UNHEALTHY


def test_a_service_that_never_gets_healthy_is_an_error(settings: Settings, supervisor: Supervisor) -> None:
    fake = replace(service(settings), healthy={"emulator": "ok"}, start_seconds=1)
    with pytest.raises(SandboxError, match="no answer"):
        supervisor.ensure(fake)


def test_a_port_in_use_is_named_with_its_owner_and_its_variable(
    settings: Settings, supervisor: Supervisor
) -> None:
    with socket.create_server(("127.0.0.1", settings.emulator_port)):
        with pytest.raises(SandboxError) as caught:
            supervisor.ensure(service(settings))
        assert owner_of(settings.emulator_port).pid == os.getpid()
    assert f"process {os.getpid()}" in caught.value.found
    assert f"EMULATOR_PORT={settings.emulator_port + 100}" in caught.value.next_command


def test_only_one_may_start_or_stop_at_a_time(supervisor: Supervisor) -> None:
    other = Supervisor(supervisor.settings)
    with (
        supervisor.exclusively(refuse),
        pytest.raises(SandboxError, match=rf"\(process {os.getpid()}\) at work"),
        other.exclusively(refuse),
    ):
        pass


def test_one_that_waits_says_whom_for(capsys: pytest.CaptureFixture[str]) -> None:
    with wait_for(Owner("make up", 7)):
        assert (
            capsys.readouterr().out == "waiting for make up (process 7), which is at work on this sandbox\n"
        )


@pytest.mark.parametrize(
    ("command", "is_start"), [("make up", True), ("make demo", True), ("make down", False)]
)
def test_while_a_start_is_under_way_what_needs_a_running_sandbox_says_so(
    command: str, is_start: bool, settings: Settings
) -> None:
    with turn(settings.state / START_LOCK, command, refuse), pytest.raises(SandboxError) as caught:
        must_run(settings)
    error = caught.value
    if is_start:
        assert error.found == f"a start under way: {command} (process {os.getpid()})"
        assert error.next_command == "make status, until it is healthy"
    else:
        assert (error.found, error.next_command) == ("the AWS endpoint is stopped", "make up")


def test_every_service_listens_on_this_machine_only_and_sees_no_real_account(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "real")
    for build in SERVICES.values():
        made = build(settings)
        assert "real" not in made.env.values()
        assert made.env["AWS_ACCESS_KEY_ID"] == "test"
        assert made.env["AWS_EC2_METADATA_DISABLED"] == "true"
        assert made.env["HOME"].startswith(str(settings.state))
        assert made.url.startswith("http://127.0.0.1:")
        assert "0.0.0.0" not in made.env.values()  # noqa: S104


def test_a_mirror_of_maven_is_told_to_glue_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVY_SETTINGS", "/mirror.xml")
    built = [build(settings) for build in SERVICES.values()]
    told = {one.name: one.env["IVY_SETTINGS"] for one in built if "IVY_SETTINGS" in one.env}
    assert told == {"glue": "/mirror.xml"}


def test_a_child_sees_nothing_of_the_callers_environment_but_the_basics(settings: Settings) -> None:
    caller = {"PATH": "/bin", "AWS_PROFILE": "prod", "SECRET_TOKEN": "x", "HTTPS_PROXY": "http://proxy:3128"}
    env = child_environment(settings, {"EXTRA": "1"}, caller)
    assert "AWS_PROFILE" not in env
    assert "SECRET_TOKEN" not in env
    assert (env["PATH"], env["EXTRA"], env["HTTPS_PROXY"]) == ("/bin", "1", "http://proxy:3128")
    assert env["NO_PROXY"] == "localhost,127.0.0.1"
