r"""What works of the Glue API here and in others that run locally: asks each, writes docs/glue-coverage.md.

    .sandbox/envs/dev/bin/python packages/local-glue/tests/compare_glue \
        --moto m/bin/python --localstack l/bin/python

The two are the Python of environments that have `moto[server,all]`, and what locks/localstack.txt has for
Python 3.13: later releases of what LocalStack depends on break it. Without one its column is left out, and
the page says so. Every cell is the outcome of the check of that name in this run: yes, or the first line of
what was answered instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[4]
sys.path[:0] = [
    str(ROOT / "packages" / folder) for folder in ("local-glue/tests", "local-glue/src", "glue-sandbox/src")
]

from glue_service.aws import client, make_role  # noqa: E402
from glue_service.servers import ENVS, Server, emulator_server, free_port, glue_server  # noqa: E402

from compare_glue.guests import GUESTS, version_of  # noqa: E402 - this folder is run as a script
from compare_glue.page import page  # noqa: E402
from compare_glue.target import Target  # noqa: E402

PAGE = ROOT / "docs" / "glue-coverage.md"


def main() -> None:
    """Start each service, ask it, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in GUESTS:
        options.add_argument(f"--{name.lower()}", type=Path, help="the Python of an environment that has it")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        emulator, emulator_url = emulator_server(folder)
        ours, url = glue_server(folder, emulator_url)
        servers, urls = [emulator, ours], {"here": url, "MiniStack": emulator_url}
        versions_of = {"MiniStack": version_of(ENVS / "ministack/bin/python", "ministack")}
        for guest, (package, start) in GUESTS.items():
            if program := getattr(chosen, guest.lower()):
                argv, env, health = start(program.absolute(), port := free_port(), folder)
                urls[guest] = f"http://127.0.0.1:{port}"
                log = folder / f"{guest}.log"
                servers.append(Server(guest, argv, env, urls[guest] + health, log, needs_emulator=False))
                versions_of[guest] = version_of(program, package)
        try:
            for server in servers:
                server.start()
            targets = [Target(name, client(url, "glue"), client(url, "s3")) for name, url in urls.items()]
            for target in targets[1:]:  # here and MiniStack have one S3
                target.s3.create_bucket(Bucket="compare")
            make_role(emulator_url)
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_text(page(targets, versions_of), encoding="utf-8")
        finally:
            for server in servers:
                if server.process:
                    server.stop()


if __name__ == "__main__":
    main()
