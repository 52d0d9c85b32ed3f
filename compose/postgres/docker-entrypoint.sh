#!/usr/bin/env bash
# Makes the database at the first start, then becomes the server. The variables are those of the official image:
# POSTGRES_PASSWORD (needed), POSTGRES_USER (postgres), POSTGRES_DB (as the user), PGDATA; _FILE variants for secrets.
set -euo pipefail

from_file() { # NAME_FILE names a file that holds the value of NAME
  local file_variable="${1}_FILE"
  if [[ -n ${!file_variable:-} ]]; then export "$1=$(<"${!file_variable}")"; fi
}

initialise() {
  local user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}
  if [[ -z ${POSTGRES_PASSWORD:-} ]]; then
    printf 'expected POSTGRES_PASSWORD, found none\nnext     set it in the environment of this container\n' >&2
    exit 1
  fi
  # An interrupted first start leaves files but no PG_VERSION of a finished one: begin again beside, then move in.
  local draft="$PGDATA/.draft"
  rm -rf "$draft"
  initdb --pgdata="$draft" --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  printf "listen_addresses = '*'\n" >>"$draft/postgresql.conf"
  printf 'host all all all scram-sha-256\n' >>"$draft/pg_hba.conf"
  if [[ $database != postgres ]]; then
    # Single-user mode: nothing listens before everything is there, so `pg_isready` never answers too early.
    printf 'CREATE DATABASE "%s" OWNER "%s";\n' "${database//\"/\"\"}" "${user//\"/\"\"}" |
      postgres --single -j -D "$draft" postgres >/dev/null
  fi
  find "$draft" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$PGDATA" -- {} +
  mv "$draft/PG_VERSION" "$PGDATA/" # last: its presence means finished
  rmdir "$draft"
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ ${1:-} == postgres ]]; then
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER
  from_file POSTGRES_DB
  if [[ ! -s $PGDATA/PG_VERSION ]]; then initialise; fi
  unset POSTGRES_PASSWORD
fi
exec "$@"
