#!/bin/sh
# Sees to it that the tests find a Chromium: the one that is there, else Debian's.
set -eu

for found in "${ATOLL_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$found" ] && command -v "$found" >/dev/null 2>&1; then exit 0; fi
done

cannot() {
    echo "Browser tests need Chromium, and $1." >&2
    echo "Install it, or name one: ATOLL_CHROMIUM=/path/to/chromium make test" >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 || cannot "this machine has no apt-get to install it with"
[ "$(id -u)" = 0 ] || cannot "only root may install it with apt-get"

echo "  installing chromium"
export DEBIAN_FRONTEND=noninteractive
install="apt-get install --yes --quiet --quiet --no-install-recommends chromium"
# A fresh machine has no package lists yet.
$install >/dev/null 2>&1 || { apt-get update --quiet --quiet && $install >/dev/null; } ||
    cannot "apt-get could not install it"
