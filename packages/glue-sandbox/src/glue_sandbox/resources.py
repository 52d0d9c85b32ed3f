"""Where the tool's own files are: at the root of a checkout, and inside the package when it is installed.

Standard library only: the set-up asks before anything is installed.
"""

from __future__ import annotations

from pathlib import Path

import local_glue

PACKAGE = Path(__file__).resolve().parent
_INSTALLED, _CHECKOUT = PACKAGE / "_files", PACKAGE.parents[3]

LOCAL_GLUE = Path(local_glue.__file__).resolve().parent
"""The package of the local Glue service, which containers mount and images copy parts of."""


IS_INSTALLED = _INSTALLED.is_dir()
"""Whether the tool was installed as a wheel, into an environment of the user's."""


def own_folder(name: str) -> Path:
    """Return the tool's folder of this name, such as `compose`."""
    return (_INSTALLED if IS_INSTALLED else _CHECKOUT) / name


def import_folder(state: Path) -> Path:
    """Return a folder that holds the tool and the local Glue service, and no other package.

    Where they are installed, other packages lie beside them: they must not hide those of Airflow.
    """
    folder = state / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for package in (LOCAL_GLUE, PACKAGE):
        link = folder / package.name
        if not link.is_symlink() or link.readlink() != package:
            link.unlink(missing_ok=True)
            link.symlink_to(package)
    return folder


COMPOSE = own_folder("compose")
LOCKS = own_folder("locks")
DEFAULTS_FILE = COMPOSE / "local.env"
IMAGES_FILE, SLIM_IMAGES_FILE = COMPOSE / "images.env", COMPOSE / "images.slim.env"
