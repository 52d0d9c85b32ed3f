"""Writes docs/dynamicframe-coverage.md; needs the jobs' environment, and no running service.

.sandbox/envs/dev/bin/python packages/local-glue/tests/frame_coverage
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
sys.path[:0] = [str(ROOT / "packages" / folder) for folder in ("local-glue/tests", "local-glue/src")]

from frame_coverage.page import PAGE, page  # noqa: E402 - this folder is run as a script

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
