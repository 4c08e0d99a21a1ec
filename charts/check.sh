#!/bin/sh
# Everything that can be said of the chart without a cluster. A tool that is not there is named, and what needs it not run.
set -eu
cd "$(dirname "$0")"

there() { command -v "$1" >/dev/null 2>&1; }
# Helm tells of every symbolic link it follows, and those to otel/ and config/ are meant to be.
without_notes() { grep -v '^level=INFO' || true; }

if ! there helm; then
  echo 'not run: lint, golden files, tests of the templates, because Helm is not there'
else
  echo 'lint'
  for values in sluice/values-demo.yaml values/*.yaml; do
    report=$(helm lint --strict --quiet sluice --values "$values" 2>&1) || { echo "$report" | without_notes; exit 1; }
  done
  echo 'golden files'
  node src/golden-files.ts
  echo 'tests of the templates'
  (cd .. && vitest run --project charts ${VITEST_FLAGS:-})
  echo 'package'
  packed=$(mktemp -d)
  trap 'rm -rf "$packed"' EXIT
  helm package sluice --destination "$packed" 2>&1 | without_notes >/dev/null
  # The files of otel/ and config/ are links here and have to be files there.
  tar -xzOf "$packed"/sluice-*.tgz sluice/files/collector.yaml | cmp - ../otel/collector/collector.yaml
fi
if there kubeconform; then
  echo 'schemas of Kubernetes'
  kubeconform -strict -summary -schema-location 'schemas/{{.ResourceKind}}{{.KindSuffix}}.json' golden
else
  echo 'not run: schemas of Kubernetes, because kubeconform is not there'
fi
if there kube-linter; then
  echo 'kube-linter'
  for file in golden/*.yaml; do kube-linter lint --config kube-linter.yaml "$file" >/dev/null 2>&1 || kube-linter lint --config kube-linter.yaml "$file"; done
else
  echo 'not run: kube-linter, because it is not there'
fi
