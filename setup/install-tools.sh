#!/bin/sh
# Puts into .tools what this machine's Node and npm do not have: pnpm, and a newer Node where theirs is too old.
# Called by make; needs Node 20.20 or later, npm and the npm registry, and changes nothing outside .tools.
set -eu

node_version=$1
pnpm_version=$2
tools=$3
# Runs TypeScript without a flag and has what the job queue and the telemetry need.
oldest_usable='24.11'

if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
  echo "npm is missing: install Node.js 20.20 or later, which brings npm, then run make again." >&2
  exit 1
fi

usable() {
  node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    const [least, leastMinor] = process.argv[1].split(".").map(Number);
    process.exit(major > least || (major === least && minor >= leastMinor) ? 0 : 1)' "$oldest_usable"
}

packages="pnpm@$pnpm_version"
if usable; then
  echo "Installing pnpm $pnpm_version into .tools (Node $(node -p process.versions.node) is new enough)…"
else
  platform=$(node -p '`${process.platform === "win32" ? "win" : process.platform}-${process.arch}`')
  packages="node-$platform@$node_version $packages"
  echo "Installing Node $node_version and pnpm $pnpm_version into .tools (this machine has Node $(node -p process.versions.node))…"
fi

rm -rf "$tools"
mkdir -p "$tools"
# Without scripts: pnpm's only replaces its own small starter, and npm would ask about it at every install.
# Few and quick retries: the defaults stay silent for more than two minutes when the registry cannot be reached.
# shellcheck disable=SC2086
if ! npm install --prefix "$tools" --no-save --no-audit --no-fund --no-update-notifier --ignore-scripts --loglevel=error \
  --fetch-retries=2 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=4000 $packages; then
  echo "Node and pnpm could not be had from the npm registry. Check that this machine reaches it (npm ping) and what npm" >&2
  echo "is set to (npm config ls: proxy, certificates), then run make again." >&2
  exit 1
fi

PATH="$tools/node_modules/.bin:$PATH"
if ! usable; then
  echo "Node $node_version was installed but does not run here; it needs a system with glibc. Install Node $oldest_usable or later, then run make again." >&2
  exit 1
fi
