"""Glue's worker types: what AWS bills for one, and what it gives.

Source: "Defining job properties" and CreateJob's WorkerType in the Glue developer guide.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkerType:
    """One worker: data processing units, virtual processors, memory, the first Glue version that has it."""

    dpu: float
    vcpus: int
    memory_gb: int
    since: float = 0


WORKER_TYPES = {
    "Standard": WorkerType(1, 4, 16),
    "G.025X": WorkerType(0.25, 2, 4, since=3.0),
    "G.1X": WorkerType(1, 4, 16),
    "G.2X": WorkerType(2, 8, 32),
    "G.4X": WorkerType(4, 16, 64, since=3.0),
    "G.8X": WorkerType(8, 32, 128, since=3.0),
    "G.12X": WorkerType(12, 48, 192, since=4.0),
    "G.16X": WorkerType(16, 64, 256, since=4.0),
    "R.1X": WorkerType(1, 4, 32, since=4.0),
    "R.2X": WorkerType(2, 8, 64, since=4.0),
    "R.4X": WorkerType(4, 16, 128, since=4.0),
    "R.8X": WorkerType(8, 32, 256, since=4.0),
    "Z.2X": WorkerType(2, 8, 64, since=4.0),
}
