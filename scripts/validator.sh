#!/usr/bin/env bash
# Makes sure that there is a test validator: Agave's on the PATH, or one built from crates.io into a cache that stays.
# With --find it builds nothing, and fails where there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
version=4.2.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ballast/validator-$version

if found=$(command -v solana-test-validator) || { found=$cache/bin/solana-test-validator && [ -x "$found" ]; }; then
  echo "$found: $("$found" --version)"
  exit 0
fi
if [ "${1:-}" = --find ]; then
  echo "There is no solana-test-validator on the PATH, and none in $cache." >&2
  exit 1
fi

scripts/setup.sh protobuf-compiler clang libclang-dev cmake libssl-dev libudev-dev zlib1g-dev
echo "Building solana-test-validator $version into $cache."
# A test validator is waited for more than it is worked: little is optimized but signatures, hashes and the machine.
hot=()
for package in curve25519-dalek sha2 blake3 solana-sbpf; do
  hot+=(--config "profile.release.package.$package.opt-level=3")
done
CARGO_TARGET_DIR=$cache/build cargo install agave-validator --version "=$version" --locked \
  --bin solana-test-validator --root "$cache" --no-track \
  --config 'profile.release.opt-level=1' --config 'profile.release.lto="off"' "${hot[@]}"
rm -rf "$cache/build"
