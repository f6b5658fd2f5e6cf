#!/usr/bin/env bash
# Install Chromium for the browser tests where it is missing and this machine lets us.
# Without it the browser tests skip and say so; with CI set its absence is an error.
set -euo pipefail

find_chromium() { command -v chromium || command -v chromium-browser; }

give_up() {
    echo "==> Chromium is missing: $1"
    echo "    Browser tests will be skipped. Install it with your system's package manager, e.g.: sudo apt-get install chromium"
    if [ -n "${CI:-}" ]; then
        echo "    CI is set, where nothing may be missing."
        exit 1
    fi
    exit 0
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

if find_chromium >/dev/null; then exit 0; fi
command -v apt-get >/dev/null || give_up "this machine has no apt-get."
if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    give_up "installing it needs root or sudo without a password."
fi

echo "==> Installing Chromium for the browser tests (about a minute, once)"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_it() { as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; }
# The package lists of a fresh machine may be absent or old: refresh them only when the first try fails.
if ! install_it >"$log" 2>&1 && ! { as_root apt-get update && install_it; } >>"$log" 2>&1; then
    tail -n 5 "$log"
    give_up "apt-get could not install it (see above)."
fi
find_chromium >/dev/null || give_up "the package brought no chromium program."
echo "==> Chromium is here: $(find_chromium)"
