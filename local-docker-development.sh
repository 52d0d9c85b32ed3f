#!/usr/bin/env bash
# The sandbox without make: ./local-docker-development.sh up   (the same commands; --help lists them)
set -euo pipefail
exec "${PYTHON:-python3}" "$(dirname "${BASH_SOURCE[0]}")/scripts/bootstrap.py" "$@"
