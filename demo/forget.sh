#!/bin/sh
# Forgets what the demo and the tests keep below a directory (.sluice). Called by make clean.
set -eu
state=$1
postgres="$state/demo/postgres"

is_postgres() {
  # The file may be old and its number another process' by now.
  case $(cat "/proc/$1/cmdline" 2>/dev/null || ps -o args= -p "$1" 2>/dev/null) in
    *postgres*) return 0 ;;
    *) return 1 ;;
  esac
}

# A server whose demo was killed still writes into what is to be deleted.
if [ -f "$postgres/data/postmaster.pid" ]; then
  pid=$(head -n 1 "$postgres/data/postmaster.pid")
  if is_postgres "$pid" && kill -INT "$pid" 2>/dev/null; then
    echo "Stopping the demo's Postgres (process $pid)"
    tries=0
    while is_postgres "$pid" && [ "$tries" -lt 100 ]; do
      tries=$((tries + 1))
      sleep 0.1
    done
  fi
fi
# Below a directory that is closed to others, data and programs are elsewhere and these are links to them.
for link in "$state"/* "$state"/demo/*; do
  [ -L "$link" ] || continue
  case $(readlink "$link") in
    /var/tmp/sluice-*) rm -rf "$(dirname "$(readlink "$link")")" ;;
  esac
done
rm -rf "$state"
