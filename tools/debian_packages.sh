#!/bin/sh
# Installs what the checks need from Debian or Ubuntu, and only what is missing.
set -eu

WANTED="chromium fonts-noto-cjk libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils postgresql python3-venv"

if ! command -v apt-get >/dev/null 2>&1; then
    echo "No apt here. Please install by your own means: $WANTED"
    exit 0
fi

missing=""
for package in $WANTED; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
    exit 0
fi

root=""
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Not root and no sudo. Please install:$missing"
        exit 0
    fi
    root="sudo"
fi
echo "Installing:$missing"
# shellcheck disable=SC2086
$root apt-get update -q=2
# shellcheck disable=SC2086
$root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -q=2 -y --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
