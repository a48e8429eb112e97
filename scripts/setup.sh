#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, if they are missing; and those that are named besides.
set -euo pipefail

# The compiler that builds programs (its LLVM comes with it), and what the crates' C parts ask for.
packages=(rustc-web cargo-web rust-web-src build-essential perl pkg-config "$@")

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo)
else
  echo "Some packages are missing and this user cannot install them. Run, as root:" >&2
  echo "  apt-get update && $install" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" $install >/dev/null
