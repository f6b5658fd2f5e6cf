#!/usr/bin/env bash
# Make the virtual environment. Debian keeps what `venv` needs in a package of its own: install it where
# this machine lets us, else say what to do.
set -euo pipefail
python=$1 folder=$2

if ! command -v "$python" >/dev/null; then
    echo "Attune needs Python 3.11 or newer, and \"$python\" is not there. Name it with: make PYTHON=python3.12 ..."
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Attune needs Python 3.11 or newer; $python is $("$python" --version). Name another with: make PYTHON=python3.12 ..."
    exit 1
fi

echo "==> Making a virtual environment ($folder) with $("$python" --version)"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    as_root=(sudo -n)
    if [ "$(id -u)" -eq 0 ]; then as_root=(); fi
    echo "==> Python's venv module is not complete: installing Debian's python3-venv"
    if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends python3-venv; } >/dev/null 2>&1; then
        echo "That did not work. Please install it by hand, e.g.: sudo apt-get install python3-venv"
        exit 1
    fi
fi
"$python" -m venv "$folder"
