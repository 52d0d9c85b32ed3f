"""`python -m chaos --count N --seed S`: what `make chaos` runs."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from chaos.campaign import Campaign, Round, is_enough
from chaos.proxy import FaultProxy
from chaos.report import Report
from chaos.site import Site, behind

from sandbox.ports import free_ports
from sandbox.settings import Settings, load_settings

MOST_ROUNDS_PER_FAULT = 2


def run(settings: Settings, count: int, seed: int, folder: Path) -> Report:
    """One campaign in a sandbox of its own below `folder`; its report is written after every round."""
    ports = free_ports(4)
    site = Site(
        settings.model_copy(
            update={
                "state": folder / "state",
                "sandbox_port": ports[0],
                "emulator_port": ports[1],
                "airflow_port": ports[2],
                "schedule": "none",
                "retry_delay_seconds": 1,
            }
        )
    )
    shutil.rmtree(site.settings.state, ignore_errors=True)
    report = Report(folder / f"{seed}.md", count, seed)
    rounds: list[Round] = []
    with FaultProxy(site.settings.emulator_url, ports[3]) as proxy, behind(proxy):
        try:
            for done in Campaign(site, proxy, seed, say).rounds():
                rounds.append(done)
                report.add(done)
                say(report.last_line)
                if not done.verdict.is_right or is_enough(rounds, count) or len(rounds) > count + 30:
                    break
        finally:
            site.down()
    if report.is_right:
        shutil.rmtree(site.settings.state, ignore_errors=True)
    return report


def say(line: str) -> None:
    """At once, for whoever watches."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> int:
    """0: nothing lost, nothing doubled, nothing left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    chosen = parser.parse_args()
    settings = load_settings()
    report = run(settings, chosen.count, chosen.seed, settings.home / "chaos")
    print(report.text)
    print(f"report: {report.path}")
    return 0 if report.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
