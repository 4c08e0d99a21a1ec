#!/bin/sh
# Ends with what to do when the image tests are to run in cannot be run here.
set -eu
image=$1
docker version >/dev/null 2>&1 || {
  echo "SLUICE_IMAGE is $image, and no container engine answers to docker: start one, or leave SLUICE_IMAGE out to run processes." >&2
  exit 1
}
docker image inspect "$image" >/dev/null 2>&1 || {
  echo "There is no image $image here: make images builds sluice:<version>; docker images lists those there are." >&2
  exit 1
}
