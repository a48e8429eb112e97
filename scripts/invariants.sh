#!/usr/bin/env bash
# Plays random sequences of instructions: how many (20 000), and from which seed on (1). The ordinary tests play the
# first thousand. Then random rescues by the liquidation program, a third as many. BALLAST_SEED=n in the environment
# replays one sequence of each and tells its steps.
set -euo pipefail
cd "$(dirname "$0")/.."
export BALLAST_SEQUENCES=${1:-20000} BALLAST_FIRST=${2:-1}
export BALLAST_RESCUES=$((BALLAST_SEQUENCES / 3))
for suite in sequences rescues::rescues; do
    "${CARGO:-cargo}" test --quiet --locked --package ballast-tests --test invariants "$suite" -- --exact --nocapture
done
