#!/usr/bin/env bash
# Builds the margin engine for WebAssembly and compares its digests, in Node, with the host's.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
# Relative to the root; built files must not be mixed with those of another compiler.
target=${CARGO_TARGET_DIR:-target}/wasm-bits
# Debian's compiler has std's sources, rustup's has the linker.
linker=$(echo "$(rustc --print sysroot)"/lib/rustlib/*/bin/rust-lld)
[ -x "$linker" ] || { echo "rustup's toolchain has no rust-lld for WebAssembly: $linker" >&2; exit 1; }

env -u RUSTFLAGS -u RUSTUP_TOOLCHAIN -u RUSTC_WRAPPER \
  RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$target" \
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" \
  /usr/bin/cargo build --quiet --release --locked --package margin-program --lib \
  --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort -Zbuild-std-features=

"$cargo" run --quiet --locked --package margin-program --example digests -- 10000 > "$target/digests"
node crates/margin/tests/program/wasm.mjs \
  "$target/wasm32-unknown-unknown/release/margin_program.wasm" "$target/digests"
