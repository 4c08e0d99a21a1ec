#!/bin/sh
# Runs the services of the previous release on the tables of this one: during a rollout both are at work, and after a
# rollback the older ones alone. The previous release is PREVIOUS, else the newest tag v*, else the commit that
# setup/previous-release names.
set -eu
cd "$(dirname "$0")/.."

previous=${PREVIOUS:-$(git describe --tags --abbrev=0 --match 'v*' HEAD 2>/dev/null || cat setup/previous-release)}
if ! git cat-file -e "$previous^{commit}" 2>/dev/null; then
  echo "not run: $previous is not in this clone"
  exit 0
fi
tree=.sluice/previous
git worktree remove --force "$tree" 2>/dev/null || true
git worktree prune
git worktree add --quiet --detach "$tree" "$previous"
trap 'git worktree remove --force "$tree"' EXIT
echo "The services of $previous on the tables of $(git describe --always --dirty)"

# A migration is never changed, so ours are theirs and what came since; a service they do not know brings its own schema.
for directory in packages/*/migrations services/*/migrations; do
  rm -rf "${tree:?}/$directory"
  mkdir -p "$tree/$(dirname "$directory")"
  cp -R "$directory" "$tree/$directory"
done
cd "$tree"
pnpm install --prefer-offline --frozen-lockfile --silent
# shellcheck disable=SC2086
node_modules/.bin/vitest run --project integration ${TESTS:-test-integration/scenarios.test.ts test-integration/restart.test.ts}
