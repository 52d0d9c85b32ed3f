"""Scripts that start processes, and whether these still live."""

from __future__ import annotations

import os

from botocore.exceptions import ClientError
from glue_service.service import GlueService
from glue_service.waiting import wait_for

# A child in a session of its own, as a careless script leaves behind.
SLEEP_WITH_CHILDREN = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    "print(os.getpid(), child.pid)\n"
    "time.sleep(300)"
)
# The script and a daemon whose parent is gone, both deaf to everything but SIGKILL.
DEAF_WITH_A_DAEMON = """
import os, signal, time
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writer, str(os.getpid()).encode())
        time.sleep(300)
    os._exit(0)
os.wait()
print(os.getpid(), os.read(reader, 20).decode())
time.sleep(300)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pids_of(service: GlueService, job: str, run_id: str) -> list[int]:
    def look() -> list[int] | None:
        run = service.run(job, run_id)
        try:
            lines = service.lines(run)
        except ClientError:
            return None
        return [int(pid) for pid in lines[0].split()] if lines else None

    return wait_for("the script's first line", look)
