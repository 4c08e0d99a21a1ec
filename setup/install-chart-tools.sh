#!/bin/sh
# Puts Helm, kubeconform and kube-linter into .tools/bin where they are not there yet, by Go, in the versions given.
# Without Go, or where a module cannot be had, says so and goes on: make charts names what it could not run.
set -u

tools=$1
shift
mkdir -p "$tools"
for module in "$@"; do
  name=$(basename "${module%@*}")
  command -v "$name" >/dev/null 2>&1 && continue
  if ! command -v go >/dev/null 2>&1; then
    echo "$name is not installed, and without Go it cannot be: put it on the PATH, or install Go." >&2
    continue
  fi
  echo "Installing ${module#*/} into .tools/bin…"
  GOBIN=$tools go install "$module" 2>"$tools/$name.log" || echo "$name could not be installed; .tools/bin/$name.log says why." >&2
done
