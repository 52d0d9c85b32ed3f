"""A driver JVM that is started and warmed ahead of its run, and good for that one run only."""

import contextlib
import json
import socket
import struct
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from local_glue.runs.files import RunFolder
from local_glue.runs.process.environment import machine_environment
from local_glue.runs.process.process import LaunchPlan, Process
from local_glue.runs.spark.drivers.warm_up_s3 import s3_in_memory
from local_glue.runs.spark.jvm import archiving_options
from local_glue.runs.spark.plan import plan_driver, plan_waiting
from local_glue.settings import Settings

_START_SECONDS = 120.0
END_SECONDS = 120.0
_HOST, _ANSWER_SECONDS, _LONGEST_ANSWER = "127.0.0.1", 2.0, 1024
_WARM_UP = Path(__file__).with_name("warm_up.py")
_WAITING_SCRIPT = Path(__file__).with_name("waiting_script.py")
_POLITELY = ("nice", "-n", "19")


class DriverError(Exception):
    """A driver JVM didn't start or warm up; the message holds the end of what it said."""


class WarmDriver:
    """One JVM that waits for its run, in the folder that will be the run's."""

    def __init__(self, settings: Settings, archiving_to: Path | None = None) -> None:
        self.folder = RunFolder(settings.runs_dir / f"driver-{uuid.uuid4().hex}")
        self._settings = settings
        self._receive: dict[str, Callable[[str], None]] = {}
        self._script: Process | None = None
        self._connection = self.folder.make("driver") / "connection"
        self.environment = machine_environment(settings, self.folder)
        plan = plan_driver(settings, self.folder, self.environment, self._connection)
        if archiving_to:
            options = {"SPARK_SUBMIT_OPTS": archiving_options(archiving_to)}
            plan = LaunchPlan([*_POLITELY, *plan.argv], {**plan.env, **options}, plan.cwd)
        self._process = Process(plan, self._relay("output"), self._relay("error"), holds_input=True)

    @property
    def is_alive(self) -> bool:
        """Whether it would answer a script now."""
        with contextlib.suppress(OSError), self._connected():
            return True
        return False

    @property
    def gateway(self) -> dict[str, str]:
        """What leads pyspark to this JVM."""
        port, secret = self._address
        return {"PYSPARK_GATEWAY_PORT": str(port), "PYSPARK_GATEWAY_SECRET": secret}

    def warm_up(self, seconds: float = _START_SECONDS) -> None:
        """Wait until it answers and have it do a bit of everything.

        Raises:
            DriverError: it can't; with its last words.
        """
        deadline = time.monotonic() + seconds
        while not self._connection.exists():
            if self._process.wait(0.05) is not None or time.monotonic() > deadline:
                raise DriverError(f"no driver JVM: {self._last_words(self._process)}")
        environment = {**self.environment, **self.gateway}
        with s3_in_memory() as address:
            command = [str(self._settings.job_python), str(_WARM_UP), address]
            script = Process(LaunchPlan(command, environment, self.folder.make("work")), _ignore, _ignore)
            code = script.wait(max(0.0, deadline - time.monotonic()))
            script.kill()
            script.finish()
        if code is None:
            raise DriverError(f"the warm-up did not end within {seconds:g} s: {self._last_words(script)}")
        if code != 0:
            raise DriverError(f"the warm-up ended with exit code {code}: {self._last_words(script)}")

    def prepare_script(self) -> None:
        """Start the Python of the run's script, which then waits beside the JVM."""
        plan = plan_waiting(self._settings, self.folder, self.environment, _WAITING_SCRIPT)
        self._script = Process(plan, self._relay("script"), _ignore, holds_input=True, joins_streams=True)

    def start_script(self, plan: LaunchPlan, on_output: Callable[[str], None]) -> Process:
        """Return the process of the run's script: the one that waits, or a new one for another Python.

        Raises:
            OSError: it can't be started.
        """
        script, self._script = self._script, None
        if script and plan.argv[0] == str(self._settings.job_python) and script.wait(0) is None:
            self._receive["script"] = on_output
            script.tell(json.dumps({"argv": plan.argv[1:], "env": plan.env, "cwd": str(plan.cwd)}))
            return script

        if script:
            _end(script)
        return Process(plan, on_output, _ignore, joins_streams=True)

    def attach(self, on_output: Callable[[str], None], on_error: Callable[[str], None]) -> None:
        """From now on, what the JVM writes is the run's."""
        self._receive |= {"output": on_output, "error": on_error}

    def begin_to_end(self) -> None:
        """Let it end in order, so that contexts stop and event logs are complete."""
        # Java waits 0.3 s at its end while a thread of its waits for a client: its server goes first.
        with contextlib.suppress(OSError), self._connected() as gateway:
            gateway.sendall(f"A\n{self._address[1]}\n".encode())
            gateway.recv(_LONGEST_ANSWER)
            gateway.sendall(b"s\n")
        self._process.end_input()

    def wait(self, seconds: float) -> int | None:
        """Return its exit code, or None when it still runs after that time."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it at once, with the Python that waits beside it."""
        _end(self._process)
        if self._script:
            _end(self._script)

    def discard(self) -> None:
        """End it and remove its folder."""
        self.kill()
        self.folder.remove()

    @property
    def error_tail(self) -> list[str]:
        """The last lines of its error stream."""
        return list(self._process.error_tail)

    @property
    def _address(self) -> tuple[int, str]:
        """Port and secret, in the file that pyspark has its JVM write."""
        content = self._connection.read_bytes()
        port, length = struct.unpack_from(">ii", content)
        return port, content[8 : 8 + length].decode()

    def _connected(self) -> socket.socket:
        """Return a connection to its server, which takes lines: py4j's name of a command, and its values."""
        return socket.create_connection((_HOST, self._address[0]), _ANSWER_SECONDS)

    def _relay(self, stream: str) -> Callable[[str], None]:
        def relay(line: str) -> None:
            self._receive.get(stream, _ignore)(line)

        return relay

    def _last_words(self, process: Process) -> str:
        return " | ".join([*process.output_tail, *process.error_tail][-3:]) or "it said nothing"


def _end(process: Process) -> None:
    process.kill()
    process.finish()


def _ignore(_line: str) -> None:
    """Nobody's output yet."""
