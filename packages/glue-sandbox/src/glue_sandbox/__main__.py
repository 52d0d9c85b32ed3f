"""`python -m glue_sandbox`: the same as the command `glue-sandbox`."""

import os
import signal
import sys

# Imports take a second, in which Ctrl-C ends the process without a traceback. bootstrap.py held it back.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from glue_sandbox.terminal.sign_of_life import SignOfLife, is_for_people  # noqa: E402

if sys.stderr.isatty() or is_for_people(sys.argv[1:], os.environ):
    SignOfLife(" ".join(sys.argv[1:2])).begin()

from glue_sandbox.cli import main  # noqa: E402
from glue_sandbox.terminal.leaving import leave  # noqa: E402

signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    main()
except SystemExit as end:
    leave(end)
