"""Which tests of the service suite run in one process: those that share what is dear to start.

A session's fixtures are started once in each process, so files that use the same JVM go to the same one.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

SHARED = {
    "the Spark of scripts": ("packages/local-glue/tests/service/dynamicframe/",),
    "the Spark of jobs": ("tests/service/jobs/",),
    "a service with a warm driver": tuple(
        f"packages/local-glue/tests/service/runs/{file}.py"
        for file in (
            *("spark/test_warm_start", "spark/test_glue_context", "spark/test_data_catalog"),
            *("modules/test_modules", "test_secret_arguments"),
        )
    ),
}
"""What is started once → how the paths begin of all files that use it."""


def process_of(path: str) -> str:
    """Return what a file shares with all that run in its process; its path where it shares nothing."""
    shared = (what for what, beginnings in SHARED.items() if path.startswith(beginnings))
    return next(shared, path)


class SharedStarts(LoadFileScheduling):  # type: ignore[misc]
    """Files to processes as they become free, those with a dear start in common to one."""

    def _split_scope(self, nodeid: str) -> str:
        return process_of(super()._split_scope(nodeid))
