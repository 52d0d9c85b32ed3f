"""No other user of the machine reads a run's arguments: they are on no command line."""

from __future__ import annotations

import hashlib
import socket
import sys
import uuid
from collections.abc import Collection

import pytest
from glue_service.command_lines import CommandLines
from glue_service.service import GlueService
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# The log masks the value itself.
SHOW = """
import hashlib, json, sys
value = sys.argv[sys.argv.index("--db_password") + 1]
print(json.dumps([sys.argv[0], hashlib.sha256(value.encode()).hexdigest()]))
"""


@pytest.mark.parametrize("command", ["pythonshell", "glueetl"])
def test_a_job_is_told_its_arguments_and_nobody_else_is(service: GlueService, command: str) -> None:
    run, seen = check_that_nobody_else_is_told(service, command)
    script, _ = service.printed_json(run)
    assert [line for line in seen if script in line], "the script itself was not seen"


def test_nor_is_who_watches_a_driver_jvm_that_was_waiting(warm_service: GlueService) -> None:
    wait_for_a_warm_driver(warm_service)
    run, seen = check_that_nobody_else_is_told(warm_service, "glueetl")
    assert [line for line in seen if "waiting_script.py" in line], "what becomes the script was not seen"
    assert WARM in warm_service.lines(run, "error")


def check_that_nobody_else_is_told(
    service: GlueService, command: str
) -> tuple[dict[str, object], Collection[str]]:
    """Return a run with a secret argument, and the command lines that were seen meanwhile."""
    secret = f"hunter-{uuid.uuid4().hex}"
    job = service.job(SHOW, command=command)
    watching = CommandLines()
    run = service.finish(job, Arguments={"--db_password": secret})
    seen = watching.stop()
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    _, digest = service.printed_json(run)
    assert digest == hashlib.sha256(secret.encode()).hexdigest()
    assert [line for line in seen if secret in line] == []
    return run, seen


def test_the_password_of_a_package_index_is_not_on_a_command_line(service: GlueService) -> None:
    secret = f"hunter-{uuid.uuid4().hex}"
    with socket.create_server(("127.0.0.1", 0)) as index:  # never answers
        url = f"http://ann:{secret}@127.0.0.1:{index.getsockname()[1]}/simple"
        job = service.job("print(1)")
        watching = CommandLines()
        run_id = service.start(
            job,
            Arguments={
                "--additional-python-modules": "tiny",
                "--python-modules-installer-option": f"--index-url {url}",
            },
        )
        index.settimeout(60)
        connection, _ = index.accept()
        service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
        service.wait(job, run_id)
        seen = watching.stop()
        connection.close()
    assert [line for line in seen if "pip" in line and "install_modules.py" not in line]
    assert [line for line in seen if secret in line] == []
