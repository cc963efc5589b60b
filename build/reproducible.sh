#!/usr/bin/env bash
# Builds the committed state twice, in two folders, and compares what would be published: every jar,
# every bill of materials, every pom. Exits with 1 and names what differs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for copy in one other-path; do
  git clone -q "$root" "$work/$copy"
  (cd "$work/$copy" && mvn -B -q -Prelease -DskipTests -Djacoco.skip -Dspotless.check.skip package)
  (cd "$work/$copy" && find . -path ./integration-tests -prune -o \
    \( -path '*/target/*.jar' -o -path '*/target/bom.*' -o -name pom.xml \) -type f -print0 |
    sort -z | xargs -0 sha256sum) > "$work/$copy.sums"
done

if ! diff "$work/one.sums" "$work/other-path.sums"; then
  echo "The two builds differ in the files above." >&2
  exit 1
fi
echo "Two builds of $(git -C "$root" rev-parse --short HEAD) are the same: $(wc -l < "$work/one.sums") files."
