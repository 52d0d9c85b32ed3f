"""Ends the command line as soon as it has said its last word.

Taking apart a hundred modules one by one takes Python a second on a busy machine, in which a user waits for
nothing. What was registered to be done at the end is done; all else goes with the process.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn


def leave(end: SystemExit) -> NoReturn:
    """End this process as `end` would.

    Raises:
        SystemExit: `end` itself, where a thread has to come to its end first, or a message is to be printed.
    """
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    if not all(thread.daemon for thread in others) or not isinstance(end.code, int | None):
        raise end
    atexit._run_exitfuncs()
    with suppress(BrokenPipeError):  # nobody reads it any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(end.code or 0)
