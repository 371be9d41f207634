#!/bin/sh
# See that the browser tests have a browser: Debian's chromium, and libatomic1, a library that the
# driver's program needs and that a small Debian lacks.
#
# As root on Debian they are installed when missing. Otherwise this says what to install; the tests
# that need them are then skipped with the same words, and everything else runs.
set -eu

cd "$(dirname "$0")/.."
[ -d tests/browser ] || exit 0

has_browser() {
    command -v chromium >/dev/null 2>&1 &&
        .venv/bin/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null
}

install_browser() {
    apt-get update &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium libatomic1
}

has_browser && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "browser: installing Debian's chromium and libatomic1"
    log=$(mktemp)
    install_browser >"$log" 2>&1 || tail -n 5 "$log"
    rm -f "$log"
fi
has_browser ||
    echo "browser: tests will be skipped, no browser. Install it: apt-get install chromium libatomic1"
