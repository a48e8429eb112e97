#!/usr/bin/env bash
# Runs the tests that need a validator: all, or those whose name contains the first argument.
set -euo pipefail
cd "$(dirname "$0")/.."
exec "${CARGO:-cargo}" test --locked --package ballast-cli --test validator -- --ignored --nocapture --test-threads 1 "$@"
