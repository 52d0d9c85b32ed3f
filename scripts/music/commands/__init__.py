"""This pipeline's own commands, one file each; sandbox.toml registers them."""

from __future__ import annotations

from glue_sandbox.command import Command
from music.commands import (
    alerts,
    audit,
    bench,
    chaos,
    dashboard,
    demo,
    kpis,
    metrics,
    recompute,
    rejected,
    runs,
    seed,
    soak,
    watch,
)

COMMANDS: dict[str, Command] = {
    "demo": demo.COMMAND,
    "seed": seed.COMMAND,
    "watch": watch.COMMAND,
    "dashboard": dashboard.COMMAND,
    "kpis": kpis.COMMAND,
    "rejected": rejected.COMMAND,
    "runs": runs.COMMAND,
    "alerts": alerts.COMMAND,
    "metrics": metrics.COMMAND,
    "audit": audit.COMMAND,
    "recompute": recompute.COMMAND,
    "soak": soak.COMMAND,
    "chaos": chaos.COMMAND,
    "bench": bench.COMMAND,
}
