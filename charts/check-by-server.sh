#!/bin/sh
# Has a real API server say what it thinks of each value set: admission and defaults are its, nothing is installed.
set -eu
cd "$(dirname "$0")"
if [ -z "${KUBECONFIG:-}" ]; then
  echo 'not run: no API server to ask, because KUBECONFIG is not set'
  exit 0
fi
for values in sluice/values-demo.yaml values/*.yaml; do
  report=$(helm install sluice-dry-run sluice --values "$values" --dry-run=server --namespace default 2>&1) || {
    echo "$values is refused:" >&2
    echo "$report" | grep -v '^level=INFO' | tail -5 >&2
    exit 1
  }
  echo "$values: accepted"
done
