#!/bin/sh
# Make .venv with the exact packages of requirements.lock and the project itself, editable.
#
# Needs: Python 3.11 or newer with venv and ensurepip (on Debian: the package python3-venv).
# As root on Debian, the missing package is installed; otherwise this says what to install and
# exits with 2. Running it again when nothing changed takes a fraction of a second.
#
#   PYTHON=/path/to/python   use this interpreter
set -eu

cd "$(dirname "$0")/.."
root=$PWD
venv=$root/.venv
stamp=$venv/.setup-stamp

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 2; }

# The caller's Python environment must not leak into ours.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV
unset PIP_PREFIX PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_USER
unset UV_NO_BUILD UV_PREFIX UV_PROJECT_ENVIRONMENT UV_PYTHON UV_SYSTEM_PYTHON UV_TARGET

# Two setups at once would pull packages from under each other; the second one waits.
if command -v flock >/dev/null 2>&1; then
    exec 9<"$root/scripts/setup.sh"
    flock 9
fi

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Set $python to the interpreter to use; answer 1 if there is none that can make an environment.
find_python() {
    python=
    too_bare=
    for candidate in ${PYTHON:-python3.11 python3 python3.12 python3.13 python3.14 /usr/bin/python3}
    do
        is_new_enough "$candidate" || continue
        if has_venv "$candidate"; then
            python=$candidate
            return 0
        fi
        too_bare=${too_bare:-$candidate}
    done
    return 1
}

install_venv_package() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        [ -n "$too_bare" ] || fail "Python 3.11 or newer is needed. Install it: apt-get install python3 python3-venv"
        fail "$too_bare has no venv. Install it: apt-get install python3-venv"
    fi
    say "installing Debian's python3-venv"
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install python3-venv"
    fi
    rm -f "$log"
}

# What is installed depends on these and on nothing else.
fingerprint() {
    { cat "$root/requirements.lock" "$root/pyproject.toml" "$root/scripts/setup.sh"
      printf '%s\n' "$root" "${PYTHON:-}"; } | sha256sum | cut -d ' ' -f 1
}

wanted=$(fingerprint)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi
rm -f "$stamp"

# An environment is kept when it works, was made here, and is of the Python that was asked for.
is_usable() {
    [ -z "${PYTHON:-}" ] && is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
        [ "$("$venv/bin/python" -c 'import sys; print(sys.prefix)')" = "$venv" ]
}

if ! is_usable; then
    if ! find_python; then
        if [ -n "${PYTHON:-}" ]; then
            is_new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11 or newer"
        fi
        install_venv_package
        find_python || fail "no Python 3.11 or newer with venv was found. Install: apt-get install python3 python3-venv"
    fi
    say "making .venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

run_pip() {
    "$venv/bin/python" -m pip -qq --disable-pip-version-check "$@"
}

run_uv() {
    "$venv/bin/uv" --quiet pip "$@" --python "$venv/bin/python"
}

# uv's version and hashes stand in the lock like those of every other package.
uv_lock=$venv/uv.lock.txt
awk '/^uv==/ { inside = 1; print; next } inside && /^ / { print; next } { inside = 0 }' \
    "$root/requirements.lock" | grep -v '^ *#' >"$uv_lock"
run_pip install --require-hashes --no-deps --only-binary :all: -r "$uv_lock"

say "installing the packages of requirements.lock"
if ! run_uv sync --require-hashes --only-binary :all: "$root/requirements.lock"; then
    # pip reads configuration that uv does not, and the lock is the same for both.
    say "uv could not install them; trying pip"
    run_pip install --require-hashes --no-deps --only-binary :all: -r "$root/requirements.lock"
fi
run_pip install --no-deps --no-build-isolation --editable "$root"

printf '%s\n' "$wanted" >"$stamp"
say "ready: $("$venv/bin/python" --version), $(grep -c '^[a-z].*==' "$root/requirements.lock") locked packages"
