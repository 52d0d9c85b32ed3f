"""`python -m glue_sandbox`: the same as the command `glue-sandbox`."""

import signal

# Imports take a second, in which Ctrl-C ends the process without a traceback. bootstrap.py held it back.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from glue_sandbox.cli import main  # noqa: E402

signal.signal(signal.SIGINT, signal.default_int_handler)
main()
