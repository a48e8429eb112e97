#!/usr/bin/env bash
# Plays random sequences of instructions: how many (20 000), and from which seed on (1). The ordinary tests play the
# first thousand. BALLAST_SEED=n in the environment replays one sequence and tells its steps.
set -euo pipefail
cd "$(dirname "$0")/.."
export BALLAST_SEQUENCES=${1:-20000} BALLAST_FIRST=${2:-1}
exec "${CARGO:-cargo}" test --quiet --locked --package ballast-tests --test invariants sequences -- --nocapture
