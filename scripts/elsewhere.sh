#!/usr/bin/env bash
# Copies the sources to target/elsewhere, for builds of the programs that shall not touch this folder's. What was built
# there from packages of others is kept; the workspace's own files are new, so that cargo builds them again.
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$PWD/target/elsewhere
mkdir -p "$copy"
find "$copy" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
tar -c --exclude=./target --exclude=./.git . | tar -x -m -C "$copy"
echo "$copy"
