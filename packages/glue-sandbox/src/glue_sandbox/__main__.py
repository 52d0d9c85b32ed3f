"""`python -m glue_sandbox`: the same as the command `glue-sandbox`."""

import signal
import sys

# Imports take a second, in which Ctrl-C ends the process without a traceback. bootstrap.py held it back.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from glue_sandbox.terminal.sign_of_life import SignOfLife  # noqa: E402

sign_of_life = SignOfLife(" ".join(sys.argv[1:2]))
sign_of_life.begin()

from glue_sandbox.cli import main  # noqa: E402

signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    main()
finally:
    sign_of_life.end()
