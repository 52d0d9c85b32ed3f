"""`python -m glue_sandbox`: the same as the command `glue-sandbox`."""

from glue_sandbox.cli import main

main()
