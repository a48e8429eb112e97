#!/usr/bin/env bash
# Mutation testing of crates/margin: changes the engine in thousands of small ways and asks the suites to notice.
#
#   scripts/mutants.sh [shard] [cargo-mutants' own options]
#
# `shard` is k/n, for the n-th part from place k; without one, everything is run: hours. Results are in
# target/mutants/mutants.out; with `--iterate`, mutants that an earlier run caught there are left out.
# Few random cases find nearly all mutants: PROPTEST_CASES=256 is what the suites run by themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
version=27.1.0

if [[ $(cargo mutants --version 2>/dev/null) != "cargo-mutants $version" ]]; then
  cargo install --locked --version "$version" cargo-mutants
fi

arguments=(--package ballast-margin --output "${MUTANTS_OUT:-target/mutants}")
if [[ ${1:-} == */* && ${1:-} != -* ]]; then
  arguments+=(--shard "$1" --sharding round-robin)
  shift
fi
# Stops at the first failure within a suite, too.
if cargo nextest --version >/dev/null 2>&1; then
  arguments+=(--test-tool nextest)
fi
mkdir -p "${MUTANTS_OUT:-target/mutants}"
# Seeds at which a mutant failed are no tests of the engine.
export PROPTEST_CASES=${PROPTEST_CASES:-8} PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
exec nice cargo mutants "${arguments[@]}" "$@"
