"""`python -m sandbox`: the same as the command `sandbox`."""

from sandbox.cli import main

main()
