#!/usr/bin/env bash
# Measures compute units on the built programs; arguments go to the `bench` binary (`--check`).
set -euo pipefail
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
mkdir -p target/bench
"$cargo" sbf build ballast-account sbf-conformance
"$cargo" run --quiet --locked --package ballast-sbf --example compute_units > target/bench/sbf.json
"$cargo" run --quiet --locked --package ballast-tests --bin bench -- "$@" target/bench/sbf.json
