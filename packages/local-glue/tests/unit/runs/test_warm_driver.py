"""A warm driver at its end, as its JVM sees it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from pathlib import Path

import pytest

from local_glue.runs.process.process import LaunchPlan
from local_glue.runs.spark.drivers import warm_driver
from local_glue.runs.spark.drivers.warm_driver import WarmDriver
from local_glue.settings import read_settings

PYTHON = "/usr/bin/python3"


class Input:
    """Stands for the JVM's process: notes when its standard input is closed."""

    def __init__(self, *_: object, **__: object) -> None:
        self.heard: list[str] = []

    def end_input(self) -> None:
        self.heard.append("end of input")

    def tell(self, line: str) -> None:
        self.heard.append(line)

    def wait(self, _seconds: float) -> int | None:
        return 1 if "it ended" in self.heard else None

    def kill(self) -> None:
        self.heard.append("killed")

    def finish(self) -> int:
        return 0


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WarmDriver:
    (tmp_path / "spark").mkdir()
    monkeypatch.setattr(warm_driver, "Process", Input)
    monkeypatch.setattr(warm_driver, "plan_driver", lambda *_: None)
    monkeypatch.setattr(warm_driver, "plan_waiting", lambda *_: None)
    return WarmDriver(
        read_settings(
            {
                "GLUE_STATE_DIR": str(tmp_path),
                "GLUE_JOB_PYTHON": PYTHON,
                "GLUE_SPARK_HOME": str(tmp_path / "spark"),
            }
        )
    )


def listens_at(driver: WarmDriver, port: int, secret: bytes) -> None:
    """Write where the JVM listens, as pyspark has it do."""
    (driver.folder.path / "driver" / "connection").write_bytes(struct.pack(">ii", port, len(secret)) + secret)


def test_its_server_is_closed_beside_its_input(driver: WarmDriver) -> None:
    process = driver._process
    assert isinstance(process, Input)

    with socket.create_server(("127.0.0.1", 0)) as server:
        listens_at(driver, server.getsockname()[1], b"s3cret")

        def answer() -> None:
            with server.accept()[0] as client, client.makefile("rwb") as lines:
                process.heard += [lines.readline().decode(), lines.readline().decode()]
                lines.write(b"!yv\n")
                lines.flush()
                process.heard.append(lines.readline().decode())

        jvm = threading.Thread(target=answer)
        jvm.start()
        driver.begin_to_end()
        jvm.join(10)

    assert [each for each in process.heard if each != "end of input"] == ["A\n", "s3cret\n", "s\n"]
    assert "end of input" in process.heard


def test_one_that_is_gone_ends_as_well(driver: WarmDriver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    listens_at(driver, port, b"s3cret")

    driver.begin_to_end()

    process = driver._process
    assert isinstance(process, Input)
    assert process.heard == ["end of input"]


def script_of(driver: WarmDriver) -> Input:
    driver.prepare_script()
    waiting = driver._script
    assert isinstance(waiting, Input)
    return waiting


def started(driver: WarmDriver, python: str = PYTHON) -> object:
    plan = LaunchPlan([python, "attach.py"], {"A": "1"}, Path("/work"))
    return driver.start_script(plan, lambda _: None)


def test_the_python_that_waits_is_told_of_its_run_once(driver: WarmDriver) -> None:
    waiting = script_of(driver)
    assert started(driver) is waiting
    assert [json.loads(line) for line in waiting.heard] == [
        {"argv": ["attach.py"], "env": {"A": "1"}, "cwd": "/work"}
    ]
    driver.kill()
    assert len(waiting.heard) == 1, "it is the run's by now"


@pytest.mark.parametrize(("python", "heard"), [("/another/python3", []), (PYTHON, ["it ended"])])
def test_a_run_that_it_is_not_for_gets_a_new_one(driver: WarmDriver, python: str, heard: list[str]) -> None:
    waiting = script_of(driver)
    waiting.heard = list(heard)
    assert started(driver, python) is not waiting
    assert waiting.heard == [*heard, "killed"]


def test_one_that_nobody_took_ends_with_the_jvm(driver: WarmDriver) -> None:
    waiting = script_of(driver)
    driver.kill()
    assert waiting.heard == ["killed"]
