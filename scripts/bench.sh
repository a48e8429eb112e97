#!/usr/bin/env bash
# Measures compute units on the built programs; arguments go to the `bench` binary (`--check`).
set -euo pipefail
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
mkdir -p target/bench
"$cargo" sbf build ballast-account ballast-liquidation ballast-risk margin-program risk-caller sbf-conformance
# The whole workspace at once: one set of features, so that nothing is compiled twice.
"$cargo" build --quiet --locked --workspace --bins --examples
target/debug/examples/compute_units > target/bench/sbf.json
target/debug/bench "$@" target/bench/sbf.json
