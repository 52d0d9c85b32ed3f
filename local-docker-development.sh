#!/bin/sh
# The sandbox without make: ./local-docker-development.sh down   (the same commands; --help lists them)
# Without a command it starts the sandbox.
set -eu
[ "$#" -gt 0 ] || set -- up
exec "${PYTHON:-python3}" "$(dirname -- "$0")/scripts/bootstrap.py" "$@"
