"""`python -m chaos --count N --seed S`: what `make chaos` runs."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from pathlib import Path

from chaos.campaign import Campaign
from chaos.chaos_sandbox import ChaosSandbox, behind
from chaos.proxy import FaultProxy
from chaos.report import Report

from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import Settings, load_settings

SPARE_ROUNDS = 10  # for faults whose step does not come so far


def run(settings: Settings, count: int, seed: int, folder: Path) -> Report:
    """One campaign in a sandbox of its own below `folder`; its report is written after every round."""
    sandbox_port, emulator_port, airflow_port, proxy_port = free_ports(4)
    chosen = {
        "mode": "embedded",  # targets are processes of this machine
        "state": folder / "state",
        "sandbox_port": sandbox_port,
        "emulator_port": emulator_port,
        "airflow_port": airflow_port,
        "schedule": "none",
        "retry_delay_seconds": 2,
    }
    sandbox = ChaosSandbox(settings.model_copy(update=chosen))
    shutil.rmtree(sandbox.settings.state, ignore_errors=True)
    report = Report(folder / f"{seed}.md", count, seed)
    with FaultProxy(sandbox.settings.emulator_url, proxy_port) as proxy, behind(proxy):
        try:
            for done in Campaign(sandbox, proxy, seed, say).rounds():
                report.add(done)
                say(report.last_line)
                is_over = len(report.rounds) > count + SPARE_ROUNDS or not report.shortfall
                if is_over or not done.verdict.is_right:
                    break
        finally:
            sandbox.down()
    if report.is_right:  # else somebody will want to look at it
        shutil.rmtree(sandbox.settings.state, ignore_errors=True)
    return report


def say(line: str) -> None:
    """At once, for whoever watches."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def main() -> int:
    """0: nothing lost, nothing doubled, nothing left, after as many faults as were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings()
    report = run(settings, chosen.count, chosen.seed, settings.home / "chaos")
    print(f"\n{report.summary}\nreport: {report.path}")
    if report.shortfall:
        print(f"✗ no proof: {report.shortfall}")
    return 0 if report.is_right and not report.shortfall else 1


if __name__ == "__main__":
    sys.exit(main())
