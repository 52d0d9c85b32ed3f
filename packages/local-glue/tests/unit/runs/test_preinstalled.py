"""Which scripts need the modules that Glue has preinstalled."""

from __future__ import annotations

import re

import pytest

from local_glue.runs.modules.preinstalled import import_names, imports_of, pinned
from local_glue.setup.environments import LOCKS


@pytest.mark.parametrize(
    ("script", "imported"),
    [
        ("import seaborn as sns, os.path", {"seaborn", "os"}),
        ("from matplotlib.figure import Figure", {"matplotlib"}),
        ("def f():\n    from PIL import Image", {"PIL"}),
        ("from .requests import get", set()),
        ("'import s3fs'  # import s3fs", set()),
        ("this is no Python", set()),
        ("\0", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(script: str, imported: set[str]) -> None:
    assert imports_of(script.encode()) == imported


def test_modules_are_known_by_the_names_that_scripts_import() -> None:
    assert {"PIL", "attr", "dateutil", "charset_normalizer", "pygments", "s3fs"} <= import_names()
    assert not {"pillow", "python-dateutil", "Pygments", "charset-normalizer"} & import_names()
    assert len(import_names()) == len(pinned()) == 60


def test_the_lock_has_the_versions_of_glue_with_hashes_and_adds_nothing_on_linux() -> None:
    lock = (LOCKS / "glue_modules.txt").read_text()
    entries = re.findall(r"^([\w.-]+)==(\S+)( ;.*)? \\\n    --hash=sha256:", lock, re.M)
    locked = {name.lower().replace("_", "-"): version for name, version, marker in entries if not marker}
    assert locked == {name.lower().replace("_", "-"): version for name, version in pinned().items()}
