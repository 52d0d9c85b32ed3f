"""The package `local_glue` as a job imports it: what it needs for DynamicFrames, found beside this folder."""

from pathlib import Path

__path__ = [str(Path(__file__).parents[2])]
