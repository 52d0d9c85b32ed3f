"""Long proofs of this pipeline: faults over a stream of deliveries, and random deliveries from many seeds."""

from __future__ import annotations

import os
from typing import NoReturn

from glue_sandbox.dev.check_environment import PYTHON_PATH, environment_of_checks
from glue_sandbox.dev.test_suites import run_tests
from glue_sandbox.settings import Settings


def run_chaos(settings: Settings, count: int, seed: int) -> NoReturn:
    """Become the fault campaign of tests/chaos: Ctrl-C then reaches it, and it takes its sandbox down."""
    python = str(settings.python("dev"))
    env = environment_of_checks(settings) | {
        "PYTHONPATH": os.pathsep.join(PYTHON_PATH),
        "GLUE_WARM_DRIVERS": str(settings.glue_warm_drivers),
    }
    os.chdir(settings.root)
    os.execve(python, [python, "-m", "chaos", "--count", str(count), "--seed", str(seed)], env)  # noqa: S606


def run_soak(settings: Settings, count: int) -> int:
    """Run the property tests with so many times as many examples; return pytest's exit code."""
    arguments = f"-k test_random --timeout={600 * count}"
    return run_tests(settings, ["unit", "service"], arguments, {"SOAK": str(count)})
