"""The loader against plain BatchWriteItem and against one update_item per row: the same items, in turns."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings


@dataclass(frozen=True)
class LoaderTimes:
    """Seconds per item, one number per round."""

    loader: list[float]
    plain: list[float]
    one_by_one: list[float]

    @property
    def to_plain(self) -> float:
        """Return how many times as long as BatchWriteItem alone the loader takes."""
        return median(self.loader) / median(self.plain)

    @property
    def to_one_by_one(self) -> float:
        """Return how many times as fast as one update_item per row the loader is."""
        return median(self.one_by_one) / median(self.loader)


def compare_loaders(settings: Settings, rounds: int) -> LoaderTimes:
    """Run the rounds where the loader runs in truth: in the environment of the jobs.

    Raises:
        SandboxError: they failed; with the end of what they printed.
    """
    env = child_environment(settings, {"PYTHONPATH": f"{settings.root / 'scripts'}:{settings.root / 'glue'}"})
    command = [str(settings.python("glue")), "-m", "music.bench.jobs.loader_rounds", str(rounds)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SandboxError(
            "the loader's benchmark to run", f"exit code {done.returncode}", "make bench", done.stderr
        )
    return LoaderTimes(**json.loads(done.stdout))
