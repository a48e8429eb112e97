#!/usr/bin/env bash
# Runs the tests that need a validator: all, or those whose name contains the first argument. SCOPE=--workspace builds them
# with what the whole workspace's tests are built with, so that nothing is compiled twice.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${CARGO:-cargo}" test --locked ${SCOPE:---package ballast-cli} --test validator -- \
  --ignored --nocapture --test-threads 1 "$@"
