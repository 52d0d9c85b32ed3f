"""One state folder, one service: a second one would take the runs of the first for left behind."""

import fcntl
import os
from pathlib import Path
from typing import IO

from local_glue.hints import hint
from local_glue.settings import SettingsError

_NAME = "lock"
_OWNERS, UMASK = 0o700, 0o077


def lock_state(folder: Path) -> IO[bytes]:
    """Take a folder for this process until its end, whatever that is.

    From then on it is closed to other users, also one that was there before: what jobs get lies in it. The
    lock is the kernel's and on the open file, so nothing is left over of a service that was killed.

    Raises:
        SettingsError: another process has it, or it can't be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = folder.stat()
        if found.st_mode & UMASK and found.st_uid == os.geteuid():
            folder.chmod(_OWNERS)
        file = (folder / _NAME).open("ab")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SettingsError(
            f"GLUE_STATE_DIR must be the folder of one service, but {folder} is that of another one, which "
            f"runs: stop it ({hint('stop_service')}), or set GLUE_STATE_DIR to another folder"
        ) from error
    except OSError as error:
        raise SettingsError(
            f"GLUE_STATE_DIR must be a folder to write to, found {folder} ({error.strerror}): "
            "change its owner, or set GLUE_STATE_DIR to another folder"
        ) from error
    return file
