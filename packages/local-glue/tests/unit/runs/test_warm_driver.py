"""A warm driver at its end, as its JVM sees it."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest

from local_glue.runs.spark.drivers import warm_driver
from local_glue.runs.spark.drivers.warm_driver import WarmDriver
from local_glue.settings import read_settings


class Input:
    """Stands for the JVM's process: notes when its standard input is closed."""

    def __init__(self, *_: object, **__: object) -> None:
        self.heard: list[str] = []

    def end_input(self) -> None:
        self.heard.append("end of input")


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WarmDriver:
    (tmp_path / "spark").mkdir()
    monkeypatch.setattr(warm_driver, "Process", Input)
    monkeypatch.setattr(warm_driver, "plan_driver", lambda *_: None)
    return WarmDriver(
        read_settings(
            {
                "GLUE_STATE_DIR": str(tmp_path),
                "GLUE_JOB_PYTHON": "/usr/bin/python3",
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
