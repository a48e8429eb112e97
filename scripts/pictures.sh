#!/usr/bin/env bash
# Takes the pictures in docs/pictures from target/demo/index.html, which `make demo` writes (or from the file given).
# Needs chromium and npm; what drives the browser is fetched into target/pictures, and no part of the project.
set -euo pipefail
cd "$(dirname "$0")/.."
report=${1:-target/demo/index.html}
[ -f "$report" ] || { echo "There is no $report yet: run \`make demo\`." >&2; exit 1; }
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  echo "Chromium is missing." >&2
  exit 1
}
mkdir -p target/pictures docs/pictures
npm install --silent --no-save --no-audit --no-fund --prefix target/pictures puppeteer-core@24.43.1
node scripts/pictures.mjs "$report" "$chromium" docs/pictures
ls -l docs/pictures
