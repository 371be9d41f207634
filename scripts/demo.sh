#!/bin/sh
# Hold the claims about Venezuela's presidential election of 28 July 2024 against tally sheets.
#
# The bundled example comes last, so that its report is what stays on the screen. Where the full
# public files lie beside the repository, both versions of them are checked first.
#
# `escrutinio check` exits with 1 when a claim is contradicted. Some of these claims are, so 1 is
# the right answer here, and anything else, 0 included, is a failure of the demo.
set -eu

cd "$(dirname "$0")/.."
example=examples/ve-2024
full=../shared/data/ve-2024
mkdir -p build/demo

# Usage: check NAME SHEETS [OPTION...]; writes build/demo/NAME.html.
check() {
    name=$1
    shift
    status=0
    .venv/bin/escrutinio check "$@" --definition "$example" --claims "$example/claims.toml" \
        --html "build/demo/$name.html" || status=$?
    echo
    if [ "$status" -ne 1 ]; then
        echo "demo: FAILED: expected exit code 1 (some claims are contradicted), got $status" >&2
        exit 1
    fi
    if [ ! -s "build/demo/$name.html" ]; then
        echo "demo: FAILED: build/demo/$name.html was not written" >&2
        exit 1
    fi
    echo "demo: exit code 1, as expected: some claims are contradicted by these sheets"
    echo "demo: the same report as a page: build/demo/$name.html"
}

v1=$full/resultados_mesa_v1.csv.gz
v2=$full/resultados_mesa_v2.csv.gz
if [ -f "$v1" ]; then
    printf '\n=== all sheets of the first published file ===\n\n'
    check ve-2024-v1 "$v1" --profile "$example/profiles/v1.toml"
fi
if [ -f "$v1" ] && [ -f "$v2" ]; then
    printf '\n=== all sheets of the second published file, with the rolls of the first ===\n\n'
    check ve-2024-v2 "$v2" --profile "$example/profiles/v2.toml" \
        --rolls "$v1" --rolls-profile "$example/profiles/v1.toml"
fi
printf '\n=== the example in this repository ===\n\n'
check ve-2024 "$example/evidence-v2.json"
