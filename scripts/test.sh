#!/usr/bin/env bash
# Everything that CI runs, once the programs are built: each step is timed, the first failure ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
# The same random cases at every run, so that what fails here fails again and what passed does not fail by itself. Others
# are tried by `cargo test`.
export PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-20261127}

step() {
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@"
  echo "== $name: $((SECONDS - start)) s"
}

step "programs for the tests" "$cargo" sbf build margin-program risk-caller sbf-conformance test-feed
step "suites" "$cargo" test --locked --workspace
step "same bits in the browser" scripts/wasm-bits.sh
step "compute units" scripts/bench.sh --check
step "interface files" "$cargo" run --quiet --locked --package ballast-idl -- --check
step "same bytes from the same sources" scripts/same-bytes.sh
step "lints" make --no-print-directory lint

# Building a validator takes most of an hour, so its absence is told and not mended here.
if scripts/validator.sh --find; then
  step "stories on a real validator" env SCOPE=--workspace scripts/validator-test.sh --skip throughput
else
  echo "== stories on a real validator: NOT RUN. \`make validator-test\` builds one and runs them."
fi
