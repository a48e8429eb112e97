#!/usr/bin/env bash
# Builds the programs again from a copy of the sources in another folder: not a byte may differ.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
copy=$(scripts/elsewhere.sh)
rm -rf "$copy/target/deploy"
(cd "$copy" && CARGO_TARGET_DIR="$copy/target" "$root/target/debug/cargo-sbf" build)
for file in "$copy"/target/deploy/v*/*.so; do
  cmp "$file" "$root/${file#"$copy"/}" || { echo "${file#"$copy"/} differs from one folder to another" >&2; exit 1; }
done
echo "the same bytes from two folders"
