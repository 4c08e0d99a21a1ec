#!/bin/sh
# Builds the image that every service and the sluice command run from, and says how large it is.
set -eu
cd "$(dirname "$0")/.."
node_version=$1
pnpm_version=$2
version=$(node -p 'require("./package.json").version')
docker build --tag "sluice:$version" --tag sluice:latest \
  --build-arg "NODE_VERSION=$node_version" --build-arg "PNPM_VERSION=$pnpm_version" \
  ${BASE_IMAGE:+--build-arg "BASE_IMAGE=$BASE_IMAGE"} .
docker image inspect --format '{{.Size}}' "sluice:$version" |
  awk -v name="sluice:$version" '{ printf "%s: %.0f MB\n", name, $1 / 1000000 }'
