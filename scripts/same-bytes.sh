#!/usr/bin/env bash
# Builds the programs again from a copy of the sources in another folder: the bytes must not differ.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
(cd "$copy" && CARGO_TARGET_DIR="$copy/target" "$root/target/debug/cargo-sbf" build ballast-account)
for file in "$copy"/target/deploy/v*/*.so; do
  cmp "$file" "$root/${file#"$copy"/}" || { echo "${file#"$copy"/} differs from one folder to another" >&2; exit 1; }
done
echo "the same bytes from two folders"
