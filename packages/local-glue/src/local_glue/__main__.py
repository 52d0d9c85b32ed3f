"""`python -m local_glue` is `local-glue`."""

import sys

from local_glue.cli import main

if __name__ == "__main__":
    sys.exit(main())
